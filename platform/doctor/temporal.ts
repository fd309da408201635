import { Connection } from '@temporalio/client';
import { connectionOptions, type TemporalConfig } from '../temporal.ts';
import { codeOf, ok, skipped, wrong, type Finding } from './finding.ts';
import { examineWorkers } from './workers.ts';
import { FOUND, LINES } from './words.ts';

/** gRPC's code (https://grpc.io/docs/guides/status-codes). */
const NOT_FOUND = '5';

async function judgeNamespace(connection: Connection, namespace: string): Promise<Finding> {
  try {
    await connection.workflowService.describeNamespace({ namespace });
    return ok(LINES.namespace, FOUND.namespaceThere(namespace));
  } catch (error) {
    const code = codeOf(error);
    const missing = code === NOT_FOUND;
    return missing
      ? wrong(LINES.namespace, FOUND.namespaceMissing(namespace), FOUND.makeNamespace(namespace))
      : wrong(LINES.namespace, FOUND.temporalNo(namespace, code), FOUND.temporalAdvice);
  }
}

/** Reached with these credentials, the namespace is there, and workers of the current build ask it for work. */
export async function examineTemporal(
  config: Omit<TemporalConfig, 'address'> & { readonly address: string | null },
): Promise<Finding[]> {
  const { address } = config;
  if (address === null) return [skipped(LINES.temporal, FOUND.unset('TEMPORAL_ADDRESS'))];
  let connection: Connection;
  try {
    connection = await Connection.connect({
      ...connectionOptions({ ...config, address }),
      connectTimeout: 5_000,
    });
  } catch (error) {
    return [wrong(LINES.temporal, FOUND.temporalNo(address, codeOf(error)), FOUND.temporalAdvice)];
  }
  try {
    const { serverVersion } = await connection.workflowService.getSystemInfo({});
    const namespace = await judgeNamespace(connection, config.namespace);
    return [
      ok(LINES.temporal, FOUND.version(serverVersion || '?', address)),
      namespace,
      namespace.state === 'ok'
        ? await examineWorkers(connection, config.namespace)
        : skipped(LINES.workers, FOUND.notChecked(FOUND.away(LINES.namespace))),
    ];
  } catch (error) {
    return [wrong(LINES.temporal, FOUND.temporalNo(address, codeOf(error)), FOUND.temporalAdvice)];
  } finally {
    await connection.close();
  }
}
