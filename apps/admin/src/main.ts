// Starts the back office: store, router, components, and the last net under unexpected errors.
import { createPinia } from 'pinia';
import { createApp } from 'vue';
import App from './app.vue';
import { tell } from './parts/act.ts';
import { installKit } from './shell/kit.ts';
import { createShellRouter } from './shell/router.ts';
import './shell/theme.css';

const app = createApp(App);
app.use(createPinia());
app.use(createShellRouter());
installKit(app);
app.config.errorHandler = tell;
globalThis.addEventListener('unhandledrejection', (event) => tell(event.reason));
app.mount('#app');
