// The back office as static files under /admin/ of the server's origin; in development the API is one proxy away.
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';

// The house that `npm run dev` has started, on whichever port.
const server = `http://localhost:${process.env['PORT'] ?? 8080}`;

export default defineConfig({
  base: '/admin/',
  plugins: [vue()],
  // Another port would not be the one that is announced.
  server: { port: 5180, strictPort: true, proxy: { '/api': server, '/files': server } },
  build: {
    target: 'es2022',
    // Element Plus and ECharts are large and change rarely: their own files stay in people's caches over our releases.
    chunkSizeWarningLimit: 1000,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'echarts', test: /node_modules[\\/](echarts|zrender)/ },
            {
              name: 'element-plus',
              test: /node_modules[\\/](element-plus|@element-plus|@vueuse|@popperjs|@floating-ui|async-validator|dayjs|lodash)/,
            },
            { name: 'vue', test: /node_modules[\\/](vue|@vue|vue-router|pinia)[\\/]/ },
            { name: 'contract', test: /(packages[\\/]contract|node_modules[\\/]zod)[\\/]/ },
          ],
        },
      },
    },
  },
});
