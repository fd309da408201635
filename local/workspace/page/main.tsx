import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import './css/fonts.css';
import './css/base.css';
import './css/frame.css';
import './css/chat.css';
import './css/slack.css';
import './css/teams.css';
import './css/narrow.css';

const root = document.getElementById('root');
if (root) createRoot(root).render(<App />);
