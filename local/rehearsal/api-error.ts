/** Error types of the Messages API, by HTTP status: https://platform.claude.com/docs/en/api/errors */
const TYPE_OF = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  500: 'api_error',
  529: 'overloaded_error',
} as const;

export type ErrorStatus = keyof typeof TYPE_OF;

/** Refuses a request the way the API does. */
export class ApiError extends Error {
  constructor(
    readonly status: ErrorStatus,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }

  body(requestId: string): object {
    const error = { type: TYPE_OF[this.status], message: this.message };
    return { type: 'error', error, request_id: requestId };
  }
}

export const invalid = (message: string): ApiError => new ApiError(400, message);
