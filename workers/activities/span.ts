import { SpanStatusCode, trace, type Attributes } from '@opentelemetry/api';

/** One span around an edge call. Attributes hold names, counts and digests, never what was said. */
export async function inSpan<T>(
  name: string,
  attributes: Attributes,
  work: () => Promise<T>,
  describe: (result: T) => Attributes,
): Promise<T> {
  return trace.getTracer('countersign-workers').startActiveSpan(name, { attributes }, async (span) => {
    try {
      const result = await work();
      span.setAttributes(describe(result));
      return result;
    } catch (error) {
      span.setStatus({
        code: SpanStatusCode.ERROR,
        message: error instanceof Error ? error.name : 'unknown',
      });
      throw error;
    } finally {
      span.end();
    }
  });
}
