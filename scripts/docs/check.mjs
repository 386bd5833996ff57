// `npm run check:docs`: builds what changed, then follows the pages, all of them or those that are named.
import { build, ensureInstalled } from '../install.mjs';

ensureInstalled();
build('build');
await import('./check-pages.mjs');
