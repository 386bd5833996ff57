import { library } from '../../tsup.base';

export default library(['src/index.ts', 'src/node/index.ts', 'src/testing/index.ts']);
