import { render } from 'preact';

import { App } from './app.js';
import { followLinks } from './navigation.js';
import './style/console.css';
import { applyTokens, setTheme, theme } from './theme.js';

applyTokens();
setTheme(theme());
followLinks();
const root = document.getElementById('app');
if (root !== null) render(<App />, root);
