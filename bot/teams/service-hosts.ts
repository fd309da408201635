/**
 * Hosts of Microsoft's Teams connector, public and sovereign
 * (https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/send-proactive-messages).
 */
const MICROSOFT = [
  'smba.trafficmanager.net',
  'smba.infra.gcc.teams.microsoft.com',
  'smba.infra.gov.teams.microsoft.us',
  'smba.infra.dod.teams.microsoft.us',
  'frontend.botapi.msg.infra.teams.microsoftonline.cn',
];

/**
 * Says whether the bot may call a URL with its token: Microsoft's connectors over https, and the one connector that the
 * operator configured. Everything else (metadata addresses, loopback, a stranger's host) is never called.
 */
export function createServiceHosts(configuredUrl: string): (url: string) => boolean {
  const configured = new URL(configuredUrl);
  return (url) => {
    if (!URL.canParse(url)) return false;
    const { origin, protocol, host, username } = new URL(url);
    if (username !== '') return false;
    return origin === configured.origin || (protocol === 'https:' && MICROSOFT.includes(host));
  };
}
