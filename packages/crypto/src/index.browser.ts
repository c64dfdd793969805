// The same door: what differs in browsers is `#native-backend`, see "imports" in package.json.
export * from './index.js';
