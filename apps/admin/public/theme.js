// Before the first paint, and a file of its own because the page allows no inline script: dark or light as chosen, else as the system.
try {
  const kept = JSON.parse(localStorage.getItem('jishi.admin.shell.theme') || '"system"');
  const isDark = kept === 'dark' || (kept !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.classList.toggle('dark', isDark);
} catch (error) {
  document.documentElement.classList.remove('dark');
}
