import { randomBytes } from 'node:crypto';
import { isObject } from '../check.ts';
import { refuse, word } from '../answer.ts';
import type { Method } from '../context.ts';
import { LIMITS } from '../limits.ts';

const id = (): string => `F${randomBytes(6).toString('hex').toUpperCase().slice(0, 10)}`;

/** https://docs.slack.dev/reference/methods/files.getUploadURLExternal */
export const getUploadUrl: Method = async (args, { app, store, url }) => {
  const name = word(args, 'filename');
  const size = Number(word(args, 'length'));
  if (name === null || name === '') return refuse('invalid_arguments', ['missing required field: filename']);
  if (!Number.isInteger(size) || size < 1)
    return refuse('invalid_arguments', ['missing required field: length']);
  const alt = word(args, 'alt_text') ?? word(args, 'alt_txt');
  if (alt !== null && [...alt].length > LIMITS.fileAltText) return refuse('alt_txt_too_large');
  const file = {
    id: id(),
    ticket: randomBytes(24).toString('base64url'),
    owner: app.botUser,
    name,
    size,
    alt,
  };
  await store.putFile({ ...file, bytes: null, completedAtMs: null });
  return { ok: true, upload_url: `${url()}/slack/upload/v1/${file.ticket}`, file_id: file.id };
};

/** https://docs.slack.dev/reference/methods/files.completeUploadExternal; without a channel the file is the app's alone. */
export const completeUpload: Method = async (args, { app, store }) => {
  const named = args['files'];
  if (!Array.isArray(named) || named.length === 0 || !named.every(isObject))
    return refuse('invalid_arguments', ['missing required field: files']);
  if (args['channel_id'] !== undefined || args['channels'] !== undefined)
    return refuse('invalid_arguments', ['the local Slack shares no files in channels']);
  const files = await Promise.all(named.map(async (one) => store.file(String(one['id'] ?? ''))));
  for (const file of files)
    if (file === null || file.owner !== app.botUser || file.bytes === null || file.completedAtMs !== null)
      return refuse('file_not_found');
  for (const file of files) if (file) await store.putFile({ ...file, completedAtMs: Date.now() });
  return {
    ok: true,
    files: named.map((one) => ({ id: String(one['id']), title: String(one['title'] ?? '') })),
  };
};

/** https://docs.slack.dev/reference/methods/files.delete; an app deletes its own alone. */
export const remove: Method = async (args, { app, store }) => {
  const file = await store.file(word(args, 'file') ?? '');
  if (file === null) return refuse('file_not_found');
  if (file.owner !== app.botUser) return refuse('cant_delete_file');
  await store.removeFile(file.id);
  return { ok: true };
};
