import './styles/theme.css';
import './styles/page.css';
import './styles/controls.css';
import './styles/guide.css';
import './styles/verdict.css';
import './styles/trace-list.css';
import './styles/tree-grid.css';
import './styles/details.css';
import { render } from 'preact';
import { App } from './app.tsx';
import { applyPreferences } from './parts/preferences.ts';

applyPreferences();
const root = document.getElementById('app');
if (root) render(<App />, root);
