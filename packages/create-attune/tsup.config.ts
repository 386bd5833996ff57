import { library } from '../../tsup.base';

export default library(['src/bin.ts'], { format: ['esm'], dts: false });
