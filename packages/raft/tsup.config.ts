import { base } from '../../tsup.config.base.js';

export default base();
