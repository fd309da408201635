import pino, { type DestinationStream, type Logger } from 'pino';

export type Log = Logger;

const SECRET_NAMES = [
  'authorization', 'Authorization', 'cookie', 'password', 'secret', 'token', 'botToken', 'accessToken', 'apiKey',
  'signingSecret', 'clientSecret', 'encryptionKey', 'signingKey', 'connectionString', 'appUrl', 'dispatcherUrl',
  'migratorUrl', 'superuserUrl', 'redisUrl', 'response_url', 'trigger_id',
]; // prettier-ignore

/** pino takes paths, not names: each name at the top and up to three levels down. */
const paths = SECRET_NAMES.flatMap((name) => [name, `*.${name}`, `*.*.${name}`, `*.*.*.${name}`]);

/** Tokens that may hide inside a sentence, e.g. an error's message: Slack's, bearer tokens, JWTs, keys, URLs with a password. */
const SECRET_TEXT =
  /(xox[abeoprs]-[\w-]+|xapp-[\w-]+|sk-ant-[\w-]+|Bearer\s+[\w.~+/-]+=*|eyJ[\w-]{8,}\.[\w-]+\.[\w-]*|(?<=:\/\/[^\s:/@]*:)[^\s@/]+(?=@))/g;

/** The same text with every secret that we can recognise taken out. */
export const withoutSecrets = (text: string): string => text.replace(SECRET_TEXT, '[redacted]');

function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { message: withoutSecrets(String(error)) };
  const { name, message, stack } = error;
  const code = (error as { code?: unknown }).code;
  return {
    type: name,
    message: withoutSecrets(message),
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    stack: withoutSecrets(stack ?? ''),
    ...(error.cause ? { cause: describeError(error.cause) } : {}),
  };
}

/** Structured log, one JSON line an event; secrets are taken out by name and by look. */
export function createLog(
  options: { level?: string; name?: string; destination?: DestinationStream } = {},
): Log {
  const settings: pino.LoggerOptions = {
    level: options.level ?? 'info',
    base: options.name ? { name: options.name } : {},
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths, censor: '[redacted]' },
    serializers: { err: describeError, error: describeError },
    hooks: {
      logMethod(args, method) {
        const safe = args.map((a) => (typeof a === 'string' ? withoutSecrets(a) : a)) as typeof args;
        method.apply(this, safe);
      },
    },
  };
  return options.destination ? pino(settings, options.destination) : pino(settings);
}
