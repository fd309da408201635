/* global exports */
// Temporal loads this by path, into the worker, the client and the workflow bundle, so it is plain CommonJS.
// Messages and stack traces of failures travel as payloads and so are sealed by the codec.
// eslint-disable-next-line @typescript-eslint/no-require-imports
const { DefaultFailureConverter } = require('@temporalio/common');

exports.failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
