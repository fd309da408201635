import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { openHome } from '../local/engines/home.ts';
import { findProgram, install } from '../local/engines/program.ts';
import { testEngines } from './engines.ts';

const VERSION = '1.38.0';
/** Of five seconds each, which is what the SDK gives a server: on a busy machine Java needs more than one, with warm caches. */
const ATTEMPTS = 6;
/** Rises when the script below changes, so that a cache of before is made again. */
const SCRIPT = 2;
const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>countersign</groupId><artifactId>test-server</artifactId><version>1</version><dependencies><dependency>
<groupId>io.temporal</groupId><artifactId>temporal-test-server</artifactId><version>${VERSION}</version>
</dependency></dependencies></project>`;

/** Temporal's test server from Maven (the SDK's own download needs the open internet), or null without Java. */
async function serverProgram(): Promise<string | null> {
  const java = findProgram('java');
  const folder = join(openHome().cache, `temporal-test-server-${VERSION}-${SCRIPT}`);
  const program = join(folder, 'temporal-test-server');
  if (!java) return null;
  if (existsSync(program)) return program;
  const maven = findProgram('mvn');
  if (!maven) return null;
  const making = `${folder}.${process.pid}`;
  mkdirSync(making, { recursive: true });
  writeFileSync(join(making, 'pom.xml'), POM);
  const copy = [
    '-q',
    '-B',
    '-f',
    join(making, 'pom.xml'),
    'dependency:copy-dependencies',
    `-DoutputDirectory=${making}/lib`,
  ];
  const got = await install((line) => console.error(line), "Temporal's test server", [[maven, ...copy]], { needsRoot: false }).catch(() => false); // prettier-ignore
  if (!got) {
    rmSync(making, { recursive: true, force: true });
    return null;
  }
  const script = `#!/bin/sh\nexec "${java}" -Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp "${folder}/lib/*" io.temporal.testserver.TestServer "$@"\n`;
  writeFileSync(join(making, 'temporal-test-server'), script, { mode: 0o755 });
  if (!existsSync(folder)) renameSync(making, folder);
  return program;
}

/** An environment that skips days of timers where Java is; else the run's dev server, and the tests use short timers. */
export async function workflowEnvironment(): Promise<TestWorkflowEnvironment> {
  const program = await serverProgram();
  for (let attempt = 0; program && attempt < ATTEMPTS; attempt += 1) {
    const server = { executable: { type: 'existing-path', path: program } } as const;
    const env = await TestWorkflowEnvironment.createTimeSkipping({ server }).catch(() => null);
    if (env) return env;
  }
  console.error(
    'No Java with Maven here, or too slow: workflow tests run on the dev server, with short timers.',
  );
  return TestWorkflowEnvironment.createFromExistingServer({ address: testEngines().temporalAddress });
}
