export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/test/support/strip-types.js' },
  setupFiles: ['<rootDir>/test/support/property-seed.js'],
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  coverageProvider: 'v8',
};
