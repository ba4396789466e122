import { mount } from 'svelte'
import './shared/tokens.css'
import './shared/base.css'
import { speak } from './shared/locale.svelte'
import App from './views/App.svelte'

// Until the host has said in which language: that of the system, if it is one of ours.
speak(/^en\b/i.test(navigator.language) ? 'en' : 'zh-CN')

const target = document.getElementById('app')
if (target) mount(App, { target })
