import { mount } from 'svelte'
import './shared/tokens.css'
import './shared/base.css'
import App from './views/App.svelte'

const target = document.getElementById('app')
if (target) mount(App, { target })
