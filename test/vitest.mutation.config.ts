import { defineConfig } from 'vitest/config';

/** What `npm run mutation` plays for each mutant: the pure rules' own tests, with fewer examples a property. */
export default defineConfig({
  test: {
    include: ['core/**/*.test.ts'],
    exclude: ['**/node_modules/**'],
    env: { PROPERTY_SHARE: '0.2' },
    bail: 1,
    testTimeout: 20_000,
  },
});
