import { defineConfig } from 'vitest/config';

// a slow machine is no reason to fail: what hangs is ended all the same
export default defineConfig({ test: { environment: 'jsdom', include: ['tests/**/*.test.ts'], testTimeout: 60_000 } });
