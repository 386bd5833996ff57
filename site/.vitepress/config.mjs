import { readFileSync } from 'node:fs';
import { defineConfig } from 'vitepress';

const sidebar = JSON.parse(readFileSync(new URL('../.pages/sidebar.json', import.meta.url), 'utf8'));

export default defineConfig({
  title: 'Attune',
  description: 'Fine-tuning of transformers from TypeScript, in Node',
  lang: 'en-US',
  srcDir: '.pages',
  outDir: 'dist',
  cleanUrls: true,
  markdown: { theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' } },
  themeConfig: {
    sidebar,
    outline: [2, 3],
    search: { provider: 'local' },
    docFooter: { prev: false, next: false },
  },
});
