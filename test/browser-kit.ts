/** What the chat was given: the address behind the button. */
export function addressIn(said: string): string {
  const found = /http:\/\/127\.0\.0\.1:\d+\/link\/start\?t=[\w-]+/.exec(said)?.[0];
  if (found === undefined) throw new Error(`no link in: ${said}`);
  return found;
}

export interface Seen {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
}

export async function get(url: string, cookie = ''): Promise<Seen> {
  const res = await fetch(url, { redirect: 'manual', headers: { cookie } });
  return { status: res.status, text: await res.text(), headers: res.headers };
}

/** Presses the button of the first page; answers with where it leads and the cookie. */
export async function goOn(
  link: string,
  origin = new URL(link).origin,
): Promise<{ to: string; cookie: string; seen: Seen }> {
  const t = new URL(link).searchParams.get('t') ?? '';
  const res = await fetch(new URL('/link/start', link), {
    ...{ method: 'POST', redirect: 'manual', body: new URLSearchParams({ t }) },
    headers: { origin },
  });
  const cookie = (res.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  const seen = { status: res.status, text: await res.text(), headers: res.headers };
  return { to: res.headers.get('location') ?? '', cookie, seen };
}

/** From the link to the address that the directory sends the browser back to. */
export async function upToCallback(link: string): Promise<{ back: string; cookie: string; to: string }> {
  const { to, cookie } = await goOn(link);
  const back = (await get(to)).headers.get('location') ?? '';
  return { back, cookie, to };
}

export async function signIn(link: string): Promise<Seen> {
  const { back, cookie } = await upToCallback(link);
  return get(back, cookie);
}
