import type { ConnectorDefinition } from './definition.ts';
import { insurer } from './insurer/index.ts';

/** Every connector there is; one line each, and a test holds the list to the folders. */
export const connectors: readonly ConnectorDefinition[] = [insurer];
