import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { lockFaults, type LockedPackage } from './supply/lock-faults.ts';
import { makeSbom, sbomFaults } from './supply/sbom.ts';

/**
 * `countersign supply [--sbom FILE]`: what we would install, held to where it comes from, how it is bound, under which licence
 * and what it would run; and a bill of materials of it. Known holes are asked of the registry by `npm audit`, in CI.
 */
export async function run(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { sbom: { type: 'string' } } });
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
    packages: Record<string, LockedPackage>;
  };
  const sbom = await makeSbom();
  const faults = [...lockFaults(lock.packages), ...sbomFaults(sbom).map((fault) => `the SBOM: ${fault}`)];
  for (const fault of faults) console.error(fault);
  if (values.sbom !== undefined) writeFileSync(values.sbom, sbom);
  const { components = [] } = JSON.parse(sbom) as { components?: unknown[] };
  console.log(JSON.stringify({ locked: Object.keys(lock.packages).length - 1, shipped: components.length, faults: faults.length })); // prettier-ignore
  return faults.length === 0 ? 0 : 1;
}
