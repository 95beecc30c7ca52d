"use strict";(self.rspackChunknbagent_labextension=self.rspackChunknbagent_labextension||[]).push([["lib_index_js"],{"./lib/index.js"(e,t,s){s.r(t),s.d(t,{default:()=>tI});var n=s("webpack/sharing/consume/default/@jupyterlab/application"),a=s("webpack/sharing/consume/default/@jupyterlab/apputils"),i=s("webpack/sharing/consume/default/@jupyterlab/codemirror"),r=s("webpack/sharing/consume/default/@jupyterlab/completer"),o=s("webpack/sharing/consume/default/@jupyterlab/settingregistry"),l=s("webpack/sharing/consume/default/@jupyterlab/ui-components"),h=s("webpack/sharing/consume/default/@lumino/widgets"),d=s("./lib/core/dom.js");let c="nbagent:models-that-answered";class p{storage;constructor(e){this.storage=e}models(){try{let e=JSON.parse(this.storage.getItem(c)??"[]");return Array.isArray(e)?e.filter(e=>"string"==typeof e):[]}catch{return[]}}add(e){let t=[e,...this.models().filter(t=>t!==e)].slice(0,8);try{this.storage.setItem(c,JSON.stringify(t))}catch{return}}}var u=s("./node_modules/style-loader/dist/runtime/injectStylesIntoStyleTag.js"),m=s.n(u),b=s("./node_modules/style-loader/dist/runtime/styleDomAPI.js"),f=s.n(b),g=s("./node_modules/style-loader/dist/runtime/insertBySelector.js"),w=s.n(g),k=s("./node_modules/style-loader/dist/runtime/setAttributesWithoutAttributes.js"),v=s.n(k),y=s("./node_modules/style-loader/dist/runtime/insertStyleElement.js"),x=s.n(y),A=s("./node_modules/style-loader/dist/runtime/styleTagTransform.js"),j=s.n(A),S=s("./node_modules/css-loader/dist/cjs.js!./style/chooser.css"),$={};async function C(e,t){let s=new M(e,t,()=>n.resolve()),n=new a.Dialog({title:"Ask Another Model",body:s,buttons:[a.Dialog.cancelButton(),a.Dialog.okButton({label:"Ask"})],focusNodeSelector:"input"}),{button:i,value:r}=await n.launch();return i.accept&&r?r:null}$.styleTagTransform=j(),$.setAttributes=v(),$.insert=w().bind(null,"head"),$.domAPI=f(),$.insertStyleElement=x(),m()(S.A,$),S.A&&S.A.locals&&S.A.locals;class M extends h.Widget{near;kernel;take;input=(0,d.h)("input","nba-choose-input");list=(0,d.h)("ul","nba-choose-list");hint=(0,d.h)("p","nba-choose-hint");known=[];shown=[];active=0;asked="";timer;constructor(e,t,s){for(let[n,a]of(super(),this.near=e,this.kernel=t,this.take=s,this.addClass("nba-choose"),this.list.id="nba-choose-list",this.list.setAttribute("role","listbox"),this.list.setAttribute("aria-label","Models"),this.input.type="text",this.input.spellcheck=!1,this.input.placeholder="provider:model",this.hint.id="nba-choose-hint",this.hint.textContent="The prompt is asked again in a cell below, in a conversation of its own; this answer stays.",Object.entries({role:"combobox",autocomplete:"off","aria-label":"Model","aria-expanded":"true","aria-controls":this.list.id,"aria-autocomplete":"list","aria-describedby":this.hint.id})))this.input.setAttribute(n,a);this.input.addEventListener("input",()=>this.typed()),this.input.addEventListener("keydown",e=>this.key(e)),this.node.append(this.hint,this.input,this.list),this.draw(),this.ask("")}getValue(){return this.shown[this.active]??this.input.value.trim()}dispose(){clearTimeout(this.timer),super.dispose()}typed(){this.active=0,this.draw(),clearTimeout(this.timer),this.timer=setTimeout(()=>void this.ask(this.input.value.trim()),150)}async ask(e){if(!this.kernel||/[\s'"]/.test(e))return;let t=e.includes(":")?e.slice(0,e.indexOf(":")+1):"",s=`%%agent -m ${t}`;if(s===this.asked)return;this.asked=s;let{content:n}=await this.kernel.requestComplete({code:s,cursor_pos:s.length});if(this.isDisposed||"ok"!==n.status)return;let a=s.slice(11,n.cursor_start),i=n.matches.map(e=>a+e).filter(e=>"local:"===e||!/:$|^-/.test(e));this.known=[...new Set([...this.known,...i])],this.draw()}key(e){let t={ArrowDown:1,ArrowUp:-1,PageDown:8,PageUp:-8}[e.key];void 0!==t&&this.shown.length&&(e.preventDefault(),e.stopPropagation(),this.mark(Math.min(Math.max(this.active+t,0),this.shown.length-1)))}draw(){var e,t;let s,n,a;this.shown=(e=[...this.near,...this.known],s=(t=this.input.value.trim()).toLowerCase().split(/\s+/).filter(Boolean),n=[...new Set(e)].filter(e=>s.every(t=>e.toLowerCase().includes(t))),a=e=>e===t?0:e.toLowerCase().startsWith(s[0]??"")?1:2,n.sort((e,t)=>a(e)-a(t)).slice(0,100)),this.list.replaceChildren(...this.shown.map((e,t)=>{let s=(0,d.h)("li","nba-choose-option",e);return s.id=`nba-choose-${t}`,s.setAttribute("role","option"),s.addEventListener("pointerdown",e=>e.preventDefault()),s.addEventListener("click",()=>{this.mark(t),this.take()}),s})),this.list.hidden=!this.shown.length,this.mark(Math.min(this.active,Math.max(this.shown.length-1,0)))}mark(e){this.active=e,[...this.list.children].forEach((t,s)=>t.setAttribute("aria-selected",String(s===e))),this.list.children[e]?.scrollIntoView({block:"nearest"}),this.shown.length?this.input.setAttribute("aria-activedescendant",`nba-choose-${e}`):this.input.removeAttribute("aria-activedescendant")}}var E=s("./lib/core/actions.js"),z=s("./lib/core/line.js");let _=new Set(["-m","--model","--session","--fork","--new","-o","--out","--record","--replay","--dry-run"]);function T(e,t,s){let n=z.mS.exec(e);if(!n)return null;let[,a,i=""]=n,r=null,o=0,l=[],h=L(U([e])[0]??"")===L(t),d=e.slice(n.index+n[0].length).replace(/^\r?\n/,"");for(let{option:e,words:t,at:s}of(0,z.fF)(i)){if("--resume"===e)return null;if(""===e){if("%agent"===a){d=i.slice(s);break}0==o++&&(r??=t[0])}else"--session"===e?r=t.at(-1).replace(/^--session=/,""):"--fork"===e?r=t.at(-1).replace(/^--fork=/,""):!_.has(e)&&(h||"--base-url"!==e)&&l.push(...t)}let c=r??"main";return`${["%%agent",function(e,t){let s=e.replace(/-\d+$/,"").replace(/[^\w-]+/g,"")||"other",n=new Set(t.flatMap(e=>e.match(z.f7)??[])),a=2;for(;n.has(`${s}-${a}`);)a++;return`${s}-${a}`}(c,s),"--fork",c,"-m",W(t),...l].join(" ")}
${d}`}let L=e=>e.split(":")[0],W=e=>/^[\w./:@+-]+$/.test(e)?e:`'${e.replace(/'/g,"'\"'\"'")}'`;function U(e){return[...new Set(e.flatMap(e=>{let[,,t=""]=z.mS.exec(e)??[];return(0,z.fF)(t).flatMap(({option:e,words:t})=>"-m"===e||"--model"===e?[t.at(-1).replace(/^(?:-m|--model)=/,"").replace(/^(['"])(.*)\1$/,"$2")]:[])}).reverse())].filter(e=>!e.includes("{{"))}var I=s("./lib/core/answer.js"),R=s("./lib/core/reading.js"),O=s("./lib/core/saved.js"),D=s("./lib/mime-type.js");function N(e){return e?.content&&"widgets"in e.content&&"activeCellIndex"in e.content&&e.sessionContext?e:null}function B(e,t){if(!(t instanceof Node))return null;for(let s of e.shell.widgets("main")){let e=s.node.contains(t)?N(s):null,n=e?e.content.widgets.findIndex(e=>e.node.contains(t)):-1;if(e&&n>=0)return{panel:e,index:n}}return null}function P(e,{panel:t,index:s}){e.shell.activateById(t.id),t.content.activeCellIndex=s,t.content.deselectAll()}async function q(e,t){P(e,t),await e.commands.execute("notebook:run-cell")}function F(e,{panel:t,index:s},n){let a=n.map(e=>({...e,metadata:"code"===e.cell_type?{trusted:!0}:{}}));t.content.model?.sharedModel.insertCells(s+1,a),P(e,{panel:t,index:s+1})}function J(e){e.mode="edit";let t=e.activeCell?.model.sharedModel.getSource().split("\n")??[],s=e.activeCell?.editor;s?.focus(),s?.setCursorPosition({line:t.length-1,column:t.at(-1)?.length??0})}let Q="nbagent",Y={copy:"Copy the Answer",speak:"Read the Answer Aloud",retry:"Run the Prompt Again",model:"Ask Another Model…",insert:"Insert the Answer as Cells Below",continue:"Continue the Conversation Below"},H=e=>e?.node?.querySelector("[data-action=speak]")??null,K=e=>(({panel:e})=>e.content.widgets)(e).map(e=>e.model.sharedModel.getSource());async function X(e,t){let s=K(t),n=s.slice(0,t.index+1).reverse(),a=U(n.slice(0,1)),i=(({panel:e})=>e.content.widgets)(t),r=s.map((e,t)=>et(i[t])?e:""),o=[...U(r.slice(0,t.index+1)),...U(r)].filter(e=>!a.includes(e)),l=new p(window.localStorage),h=await C([...o,...l.models()],t.panel.sessionContext.session?.kernel??null),d=h&&T(n[0],h,s);if(!d||t.panel.isDisposed)return;F(e,t,[{cell_type:"code",source:d}]);let c=(({panel:e})=>e.content.widgets)(t)[t.index+1];await q(e,{...t,index:t.index+1}),et(c)&&l.add(h)}function V(e,t,s,n){let a="continue"===s?G(t):null;"copy"===s?navigator.clipboard?.writeText(n):"speak"===s?H((({panel:e})=>e.content.widgets)(t)[t.index])?.click():"retry"===s?q(e,t):"model"===s?X(e,t):"insert"===s&&n?F(e,t,(0,I.Sd)(n)):null!==a&&(F(e,t,[{cell_type:"code",source:`${a}
`}]),requestAnimationFrame(()=>J(t.panel.content)))}function G({panel:e,index:t}){let[s="",...n]=e.content.widgets.slice(0,t+1).map(e=>e.model.sharedModel.getSource()).reverse(),a=(0,I.B$)(s);return null===a&&/--resume\b/.test(s)?n.map(I.B$).find(e=>null!==e)??null:a}function Z(e){let t=N(e.shell.currentWidget),s=ee(t?.content.activeCell);return t&&s?{place:{panel:t,index:t.content.activeCellIndex},state:s}:null}function ee(e){let t=e?.model.type==="code"?e.model.toJSON().outputs:null;for(let e of Array.isArray(t)?t:[]){let t=(0,O.u)(e?.data?.[D.x]);if(t)return t}return null}let et=e=>{let t=ee(e);return null!==t&&("completed"===t.outcome||"paused"===t.outcome)};var es=s("webpack/sharing/consume/default/@codemirror/state"),en=s("webpack/sharing/consume/default/@codemirror/view");let ea=en.Decoration.line({class:"nba-command",attributes:{spellcheck:"false"}}),ei=en.EditorView.contentAttributes.of({spellcheck:"true"}),er=new en.MatchDecorator({regexp:/\{\{.*?\}\}|\{%.*?%\}/g,decoration:en.Decoration.mark({class:"nba-filled-in",attributes:{spellcheck:"false"}})}),eo=e=>{let t;return t=e.doc.line(1).text,/^\s*%%agent\b/.test(t)};var el=s("./lib/core/later.js");async function eh(e,t,s){var n;let a,i=t.panel.sessionContext.session?.kernel;if(i&&!await ed(i))return"Run the cells above first: this kernel has not loaded nbagent.";F(e,t,[{cell_type:"code",source:s}]);let r=t.panel.content.widgets[t.index+1];return await q(e,{...t,index:t.index+1}),(a=(Array.isArray(n=r?.model.toJSON().outputs)?n:[]).find(e=>"error"===e.output_type&&"DecisionError"===e.ename))?String(a.evalue):null}async function ed(e){let t=await e.requestExecute({code:"",silent:!0,store_history:!1,user_expressions:{loaded:"get_ipython().find_line_magic('agent') is not None"}}).done,s="ok"===t.content.status?t.content.user_expressions.loaded:void 0;return s?.data?.["text/plain"]==="True"}var ec=s("./lib/core/run.js");let ep=new Set(["restarting","autorestarting","terminating","dead"]);function eu(e){for(let t of e.content.widgets)for(let e of t.node.querySelectorAll('.nba[data-outcome="running"]'))e.dispatchEvent(new CustomEvent(ec.X))}class em{settings;hears;socket=null;missing=!1;tried=0;constructor(e,t){this.settings=e,this.hears=t}get there(){return this.socket?.readyState===1}ask(e){this.there&&this.socket.send(JSON.stringify(e))}open(){if(this.socket||this.missing)return;let{wsUrl:e,token:t,appendToken:s}=this.settings,n=`${e.replace(/\/*$/,"/")}nbagent/panel`+(s&&t?`?token=${encodeURIComponent(t)}`:""),a=this.socket=new this.settings.WebSocket(n);this.tried=performance.now();let i=!1;a.onmessage=e=>{i=!0,this.socket===a&&this.hears(JSON.parse(String(e.data)))},a.onclose=()=>{this.socket===a&&(this.socket=null,this.missing=!i)}}tick(){!this.socket&&performance.now()-this.tried>5e3&&this.open()}close(){let{socket:e}=this;this.socket=null,e?.close()}}class eb{hears;notebook=null;kernel=null;comm=null;seen="";open=!1;patience=3e3;asked=0;server;constructor(e,t){this.hears=e,this.server=new em(t,e=>{"machine"===e.t&&this.here(),this.hears.take(e)})}ask(e){this.comm&&!this.comm.isDisposed?this.comm.send(e):this.server.ask(e)}follow(e){e!==this.notebook&&(this.notebook?.sessionContext.kernelChanged.disconnect(this.connect,this),this.notebook?.sessionContext.statusChanged.disconnect(this.status,this),this.notebook?.sessionContext.iopubMessage.disconnect(this.ran,this),this.notebook?.context?.pathChanged.disconnect(this.here,this),this.notebook=e,e?.sessionContext.kernelChanged.connect(this.connect,this),e?.sessionContext.statusChanged.connect(this.status,this),e?.sessionContext.iopubMessage.connect(this.ran,this),e?.context?.pathChanged.connect(this.here,this),this.connect())}begin(){this.open=!0,this.connect()}end(){this.open=!1,this.disconnect(),this.server.close()}tick(){this.comm||this.server.tick(),!this.comm||!this.asked||performance.now()-this.asked<this.patience||(this.kernel?.status!=="idle"&&(this.patience*=2),this.again())}status(e,t){"restarting"===t||"autorestarting"===t?this.lose("The kernel starts again …"):"dead"===t&&this.lose("The kernel is dead. Start it again, and this is filled.")}ran(e,t){if("status"!==t.header.msg_type||"idle"!==t.content.execution_state)return;let s=t.parent_header.msg_type;this.comm||"execute_request"!==s&&"kernel_info_request"!==s||this.connect()}again(){this.disconnect(),this.connect()}lose(e){this.seen="",this.disconnect(),this.open&&this.alone(e)}alone(e){this.hears.clear(e),this.server.close(),this.server.open()}connect(){let e=this.notebook?.sessionContext.session?.kernel??null;if(!this.open||this.comm&&e===this.kernel)return;if(this.disconnect(),!e)return this.lose(this.notebook?"This notebook has no kernel.":"Open a notebook to see what its agents do.");this.kernel=e,this.server.close(),this.seen===e.id?this.hears.resume():this.hears.clear("Asking the kernel …"),this.seen=e.id;let t=e.createComm("nbagent.panel");this.comm=t,this.asked=performance.now(),t.onMsg=e=>{this.comm===t&&(this.asked=0,this.patience=3e3,this.hears.take(e.content.data))},t.onClose=()=>{this.comm===t&&(this.comm=null,this.seen="",this.alone("This kernel has not loaded nbagent. Run %load_ext nbagent in it."))},t.open({}),this.here()}here(){let e=this.notebook?.context?.path;e&&this.ask({t:"notebook",path:e})}disconnect(){let{comm:e,kernel:t}=this;this.comm=this.kernel=null;let s=()=>{e&&!e.isDisposed&&t&&!t.isDisposed&&e.close()};t?.supportsSubshells&&!e?.subshellId?e?.subshellStarted?.then(s,s):s()}}let ef={run:"run of",chat:"model call",tool:"tool",wait:""},eg={ok:"ok",error:"error",rejected:"rejected",cancelled:"cancelled",paused:"pending"},ew=({kind:e,name:t})=>`${ef[e]??e} ${t}`.trim(),ek=(e,t)=>null===e&&null===t?"":`${(0,d.U9)(e??0)} → ${(0,d.U9)(t??0)}`,ev=(e,t)=>t?"local":null===e?"cost unknown":(0,d.TG)(e,"");function ey(e){return"running"!==e.status&&(0!==e.cost||e.input||e.output)?ev(e.cost,e.local):""}function ex(e,t=Date.now()/1e3){let[s,n]=[new Date(1e3*e),new Date(1e3*t)],a=s.toLocaleTimeString([],{hour:"2-digit",minute:"2-digit",second:"2-digit"});if(s.toDateString()===n.toDateString())return a;let i=s.getFullYear()===n.getFullYear()?void 0:"numeric";return`${s.toLocaleDateString([],{day:"numeric",month:"short",year:i})} ${a.replace(/:\d\d(?=\D*$)/,"")}`}let eA=e=>e.split(/[\\/]/).at(-1)??e;class ej{app;root;constructor(e){this.app=e;let t=document.getElementById("jupyter-config-data")?.textContent;this.root=t?String(JSON.parse(t).serverRoot??""):""}way(e){if(!e.cell)return null;let t=null===e.count?"Go to the cell":`Go to cell [${e.count}]`,s=e.cell,n=this.find(s);if(n)return{label:t,go:()=>Promise.resolve(this.show(...n))};let a=e.notebook?function(e,t){let[s,n]=[e,t].map(e=>e.replace(/\\/g,"/").replace(/\/+$/,""));if(!/^(\/|~|[A-Za-z]:)/.test(n))return n;if(n.startsWith(`${s}/`))return n.slice(s.length+1);let[a,i]=s.startsWith("~")?[s.slice(1),n]:[s,n.startsWith("~")?n.slice(1):""];if(s.startsWith("~")){let e=a?i.indexOf(`${a}/`):-1;return e>=0?i.slice(e+a.length+1):null}for(let e=0;i&&e>=0;e=i.indexOf("/",e+1))if(e&&s.endsWith(i.slice(0,e)))return i.slice(e+1);return null}(this.root,e.notebook):null;if(!e.notebook)return{label:t,word:"Its cell is in no open notebook."};let i=eA(e.notebook);return null===a?{label:t,word:`${i} is not below the folder of this server.`}:this.notebooks().some(e=>e.context?.path===a)?{label:t,word:`The cell is no longer in ${i}.`}:{label:`Open ${i}`,go:()=>this.open(a,i,s)}}cell(e){let t=this.find(e);return t&&(()=>this.show(...t))}notebooks(){return[...this.app.shell.widgets("main")].flatMap(e=>N(e)??[])}find(e){for(let t of this.notebooks()){let s=t.content.widgets.findIndex(t=>t.model.id===e);if(s>=0)return[t,s]}return null}show(e,t){return P(this.app,{panel:e,index:t}),e.content.scrollToItem?.(t,"smart"),""}async open(e,t,s){try{await this.app.serviceManager.contents.get(e,{content:!1})}catch{return`${t} is not there any more.`}let n=N(await this.app.commands.execute("docmanager:open",{path:e})),i=performance.now()+1e4;for(await n?.context?.ready;performance.now()<i;){let e=n?.content.widgets.findIndex(e=>e.model.id===s)??-1;if(n&&e>=0)return this.show(n,e);if(n?.content.widgets.length)return a.Notification.warning(`The cell is no longer in ${t}.`,{autoClose:8e3}),"";await new Promise(e=>setTimeout(e,50))}return`${t} could not be opened.`}}let eS=e=>[{text:e,changed:!0}];function e$(e,t,s){let n=e.at(-1);n?.changed===s?n.text+=t:e.push({text:t,changed:s})}var eC=s("./lib/core/json.js"),eM=s("./lib/core/value.js");let eE=[["input","in"],["cached","from the cache"],["written","to the cache"],["output","out"],["reasoning","reasoning"]],ez=/^ {2}File "(.+?)", line (\d+)(?:, in (.+))?\n((?: {4}.*\n?)*)/gm;function e_(e,t,s){var n,a;let i,r,o=(0,d.h)("div","nba-details-head",(0,d.h)("b","",ew(t)),(0,d.h)("span","nba-fact-status",t.status));o.dataset.failed=String("error"===t.status);let l=(0,d.h)("dl","nba-details-facts",...t.facts.flatMap(([e,t])=>eL(e,t)));t.tokens&&l.append(...eL("Tokens",(n=t.tokens,eE.flatMap(([e,t])=>n[e]||"input"===e||"output"===e?[`${(0,d.U9)(n[e]??0)} ${t}`]:[]).join(" \xb7 ")))),t.cost&&l.append(...eL("Cost",ev(t.cost.total,"local"===t.cost.source)));let h=[];for(let e of(t.error&&h.push(function(e){let t=e.traceback||`${e.type}: ${e.message}`,s=(0,d.h)("div","nba-said-head",(0,d.h)("h4","",e.type),eI(()=>t,"the error")),n=(0,d.h)("section","nba-said nba-error-said",s,eO(e.message||e.type));n.dataset.format="error";let a=[...e.traceback.matchAll(ez)];if(a.length){let e=(0,d.h)("ol","nba-frames",...a.map(([,e="",t="",s="",n=""])=>{let a=(0,d.h)("span","nba-frame-place",`${e.split(/[\\/]/).at(-1)}:${t}`);return a.title=e,(0,d.h)("li","",a,s?` in ${s}`:"",(0,d.h)("pre","",n.replace(/^ {4}/gm,"").replace(/^[\s~^]+$/gm,"").trimEnd()))}));e.setAttribute("aria-label","Frames, the last one raised the error"),n.append(e)}else e.traceback&&n.append(eN(eO(e.traceback),eD(e.traceback),{title:"",text:e.traceback,format:"code"}));return n}(t.error)),t.sections))e.group&&e.group!==r&&h.push((0,d.h)("h3","",e.group)),r=e.group,h.push(eR(e,"Result"===e.title?t.table??null:null));"chat"===t.kind&&h.push((a=s,i=(0,d.h)("details","nba-raw",(0,d.h)("summary","","Raw request and response"),(0,d.h)("div","nba-raw-bodies",(0,d.h)("p","nba-panel-hint","Asking the kernel …"))),(0,d.jQ)(i),i.addEventListener("toggle",()=>{i.open&&a()}),i)),e.replaceChildren(o,l,...h),e.scrollTop=0}function eT(e,t,s,n=""){let a=e.querySelector(".nba-raw-bodies");if(!a)return;let i=(t??[]).flatMap((e,t)=>e?[eR({title:t?"Response":"Request",text:e,format:"raw"},null)]:[]),r=[n,i.length?s?"This is made again of what is kept of the call, not the bytes that were sent.":n?"":"As they went over the wire, without keys.":""];a.replaceChildren((0,d.h)("p","nba-panel-hint",r.filter(Boolean).join(" ")||"Not kept."),...i)}let eL=(e,t)=>[(0,d.h)("dt","",e),(0,d.h)("dd","",t)];function eW(e){let t=(0,d.h)("span","nba-way-word",e.word??"");if(t.setAttribute("role","status"),!e.go)return t;let s=eU(e.label,"nba-jump",async()=>{t.textContent="",t.textContent=await e.go()});return(0,d.h)("span","nba-way",s,t)}function eU(e,t,s){let n=(0,d.jQ)((0,d.h)("button",`nba-button ${t}`,e));return n.type="button",n.addEventListener("click",s),n}function eI(e,t){let s=eU("Copy","nba-copy-text",()=>{let t=e=>{s.textContent=e,setTimeout(()=>s.textContent="Copy",1500)};navigator.clipboard.writeText(e()).then(()=>t("Copied"),()=>t("Not allowed"))});return s.setAttribute("aria-label",`Copy ${t}`),(0,d.WU)(s,"u">typeof navigator&&void 0!==navigator.clipboard),s}function eR(e,t){let s=("json"===e.format||"raw"===e.format)&&(0,eC.ml)(e.text),n=s?(0,eC.j9)(e.text):e.text,a=(0,d.h)("h4","",e.title),i=(0,d.h)("div","nba-said-head",a,eI(()=>"raw"===e.format?e.text:n,e.title)),r=(0,d.h)("section","nba-said",i);if(r.dataset.format=e.format,e.role&&(r.dataset.role=e.role),t){let e=(0,d.h)("div","nba-result-table");(0,eM.i)(e,t),r.append(e)}else if(s&&"json"===e.format&&e.text.length<5e4){let t=new eM.W;t.draw(e.text),r.append(t.el.childElementCount?eN(t.el,n.split("\n").length>48,e):eN(eO(n),eD(n),e))}else r.append(eN(eO(n),eD(n),e));return r}function eO(e){let t=(0,d.jQ)((0,d.h)("pre","",e));return t.tabIndex=0,t}let eD=e=>e.length>1200||e.split("\n",17).length>16;function eN(e,t,s){if(!t)return e;let n=(0,d.h)("div","nba-long",e),a=e=>e?"Show less":`Show all (${(0,d.U9)(s.text.length)} characters)`,i=eU(a(!1),"nba-more",()=>{let e="true"!==n.dataset.open;n.dataset.open=String(e),i.textContent=a(e),i.setAttribute("aria-expanded",String(e))});return i.setAttribute("aria-expanded","false"),n.append(i),n}function eB(e,t){return(0,d.h)("section","nba-compared",(0,d.h)("h3","",e),t)}function eP(e,t){let s=(0,d.h)("tr","",...e.map(e=>(0,d.h)("th","",e))),n=t.map(([e="",...t])=>{let s=(0,d.h)("th","",e);return s.scope="row",(0,d.h)("tr","",s,...t.map(e=>(0,d.h)("td","",e)))}),a=(0,d.jQ)((0,d.h)("div","nba-compared-table",(0,d.h)("table","",(0,d.h)("thead","",s),(0,d.h)("tbody","",...n))));return a.tabIndex=0,a}class eq{field=(0,d.jQ)((0,d.h)("input","nba-search"));found=(0,d.h)("span","nba-found");constructor(e,t){this.field.type="search",this.field.placeholder=`Filter ${e}`,this.field.setAttribute("aria-label",`Filter ${e} by text`),this.found.setAttribute("role","status"),this.field.addEventListener("input",t),this.field.addEventListener("keydown",e=>{"Escape"===e.key&&this.field.value&&(e.preventDefault(),e.stopPropagation(),this.field.value="",t())})}get text(){return this.field.value.trim()}reset(){this.field.value="",(0,d.cv)(this.found,"")}}function eF(e,t){let s=t.toLowerCase();return e.toLowerCase().split(/\s+/).every(e=>s.includes(e))}class eJ{el;search;model=(0,d.h)("select","nba-model");errors=(0,d.h)("input");constructor(e,t){for(let s of(this.search=new eq(e,t),this.model.setAttribute("aria-label",`Filter ${e} by model`),this.errors.type="checkbox",this.el=(0,d.h)("div","nba-filters",this.search.field,this.model,(0,d.h)("label","",this.errors,"Errors"),this.search.found),[this.model,this.errors]))s.addEventListener("change",t);this.offer([])}get filter(){return{text:this.search.text,model:this.model.value,errors:this.errors.checked}}get empty(){let{text:e,model:t,errors:s}=this.filter;return!e&&!t&&!s}told(e){(0,d.cv)(this.search.found,this.empty?"":e)}offer(e){let t=this.model.value,s=t&&!e.includes(t)?[...e,t]:e;this.model.options.length&&[...this.model.options].slice(1).map(e=>e.value).join("\n")===s.join("\n")||(this.model.replaceChildren(new Option("All models",""),...s.map(e=>new Option(e,e))),this.model.value=t)}reset(){this.search.reset(),this.model.value="",this.errors.checked=!1}}let eQ=e=>"error"===e.status||(e.n_errors??0)>0,eY=e=>[...new Set([...e].flatMap(e=>e.model?e.model.split(", "):[]))].sort(),eH=e=>"number"==typeof e&&Number.isFinite(e)?e:null,eK=e=>"string"==typeof e?e:null,eX=0;class eV{rows;el=(0,d.jQ)((0,d.h)("div","nba-list"));space=(0,d.h)("div","nba-list-space");size=0;item=()=>void 0;drawn=new Map;at=0;active=null;id=`nba-list-${++eX}`;frame=0;constructor(e){this.rows=e,this.el.tabIndex=0,this.el.setAttribute("role",e.role),this.el.setAttribute("aria-label",e.label),this.space.setAttribute("role","presentation"),this.el.append(this.space),this.el.addEventListener("scroll",()=>this.soon(),{passive:!0}),this.el.addEventListener("keydown",e=>this.pressed(e)),this.space.addEventListener("click",t=>{let s=t.target,n=s.closest("[data-at]"),a=n?Number(n.dataset.at):-1,i=this.item(a);void 0!==i&&this.go(a,!e.clicked?.(s,i))})}get selected(){return this.item(this.at)}get seen(){return[Math.max(0,Math.floor(this.el.scrollTop/this.rows.height)),Math.min(this.size,Math.ceil((this.el.scrollTop+(this.el.clientHeight||600))/this.rows.height))]}show(e,t){this.size=e,this.item=t,this.at=this.placeOf(this.active)??Math.max(0,Math.min(this.at,e-1)),this.space.style.height=`${e*this.rows.height}px`,this.draw()}reset(){this.at=0,this.active=null,this.el.scrollTop=0}select(e){let t=this.placeOf(e);null!==t&&this.go(t)}draw(){this.frame=0;let[e,t]=this.seen,[s,n]=[Math.max(0,e-8),Math.min(this.size,t+8)],a=this.item(this.at);this.active=void 0===a?this.active:this.rows.key(a);let i=Array.from({length:Math.max(0,n-s)},(e,t)=>{let n=this.item(s+t);return{item:n,at:s+t,key:void 0===n?`@${s+t}`:this.rows.key(n)}}),r=new Set(i.map(e=>e.key));for(let[e,t]of this.drawn)r.has(e)||(t.remove(),this.drawn.delete(e));i.forEach((e,t)=>this.drawRow(e.key,e.at,e.item,t)),this.at>=s&&this.at<n?this.el.setAttribute("aria-activedescendant",`${this.id}-${this.at}`):this.el.removeAttribute("aria-activedescendant"),i.some(e=>void 0===e.item)&&this.rows.missing?.(s,n)}drawRow(e,t,s,n){let a=this.drawn.get(e);a||((a=(0,d.h)("div","nba-list-row")).dataset.key=e,a.setAttribute("role","tree"===this.rows.role?"treeitem":"option"),this.drawn.set(e,a)),this.space.children[n]!==a&&this.space.insertBefore(a,this.space.children[n]??null),a.id=`${this.id}-${t}`,a.dataset.at=String(t),a.style.transform=`translateY(${t*this.rows.height}px)`,a.style.height=`${this.rows.height}px`,a.setAttribute("aria-posinset",String(t+1)),a.setAttribute("aria-setsize",String(this.size)),a.setAttribute("aria-selected",String(t===this.at)),void 0!==s?this.rows.draw(a,s):a.setAttribute("aria-label","Not loaded yet")}placeOf(e){let t=t=>{let s=this.item(t);return void 0!==s&&this.rows.key(s)===e};if(null===e)return null;if(t(this.at))return this.at;for(let e=0;e<this.size;e++)if(t(e))return e;return null}soon(){this.frame||=requestAnimationFrame(()=>this.draw())}go(e,t=!1){if(!this.size)return;this.at=Math.max(0,Math.min(e,this.size-1));let s=this.item(this.at);this.active=void 0===s?null:this.rows.key(s);let n=this.at*this.rows.height,a=n+this.rows.height-this.el.clientHeight;this.el.scrollTop>n?this.el.scrollTop=n:this.el.scrollTop<a&&(this.el.scrollTop=a),this.draw(),t&&void 0!==s&&this.rows.choose(s)}pressed(e){let t=this.item(this.at),s=Math.max(1,Math.floor(this.el.clientHeight/this.rows.height)-1),n={ArrowDown:this.at+1,ArrowUp:this.at-1,PageDown:this.at+s,PageUp:this.at-s,Home:0,End:this.size-1}[e.key];if(!e.altKey&&!e.ctrlKey&&!e.metaKey){if(void 0!==t&&this.rows.pressed?.(e,t))this.draw();else if(void 0!==n)this.go(n);else if("Enter"===e.key||" "===e.key)this.go(this.at,!0);else{if("Escape"!==e.key||!this.rows.leave)return;this.rows.leave()}e.preventDefault(),e.stopPropagation()}}}class eG{host;total=0;known=!1;rows=new Map;asked=null;when=0;again=!1;question={};behind=0;scope="notebook";list;constructor(e){this.host=e,this.list=new eV({role:"listbox",label:"Runs",height:54,key:e=>e.run,draw:(e,t)=>this.drawRow(e,t),choose:t=>e.enter(t),clicked:(t,s)=>null!==t.closest(".nba-run-pick")&&(e.mark(s),!0),pressed:(t,s)=>"m"===t.key&&(e.mark(s),!0),missing:()=>this.refresh()}),this.list.el.setAttribute("aria-keyshortcuts","m")}get el(){return this.list.el}get loaded(){return this.rows.values()}reset(){this.rows.clear(),this.total=0,this.known=!1,this.asked=null,this.again=!1,this.list.reset(),this.list.show(0,()=>void 0)}refresh(e=this.scope,t,s){if(this.scope=e,t&&(this.question={scope:e,filter:t,...s?{cells:s}:{}}),this.asked&&performance.now()-this.when<5e3){this.again=!0;return}let[n,a]=this.list.seen,i=Math.max(0,n-30);this.asked={t:"runs",...this.question,from:i,count:Math.max(60,a-i+30)},this.when=performance.now(),this.host.ask(this.asked)}forget(){this.asked=null,this.again=!1}take(e){var t;if(JSON.stringify(e.of)!==JSON.stringify(this.asked))return;let s=this.asked.from;this.asked=null;let n=(Array.isArray(t=e.rows)?t:[]).flatMap(e=>null===eK(e?.run)?[]:[{run:eK(e.run),agent:eK(e.agent)??"",model:eK(e.model)??"",status:eK(e.status)??"",at:eH(e.at)??0,duration:eH(e.duration),input:eH(e.input),output:eH(e.output),cost:eH(e.cost),local:!0===e.local,prompt:eK(e.prompt)??"",cell:eK(e.cell),count:eH(e.count),notebook:eK(e.notebook),n_errors:eH(e.n_errors)??0,error:eK(e.error)}]),a="number"==typeof e.total?e.total:n.length;(a!==this.total||n.some((e,t)=>(this.rows.get(s+t)?.run??e.run)!==e.run))&&this.rows.clear(),n.forEach((e,t)=>this.rows.set(s+t,e)),this.total=a,this.known=!0,this.behind="number"==typeof e.now?e.now-Date.now()/1e3:0,this.host.changed(),this.show(),this.again&&(this.again=!1,this.refresh())}show(){this.list.show(this.total,e=>this.rows.get(e))}focus(){this.el.focus()}tick(){[...this.rows.values()].some(e=>"running"===e.status)&&this.list.draw()}drawRow(e,t){if(!e.firstChild){let t=(0,d.h)("span","nba-run-pick");t.title="Mark to compare (m)";let s=(0,d.h)("div","nba-run-line",(0,d.h)("span","nba-mark"),(0,d.h)("b","nba-run-agent"),(0,d.h)("span","nba-run-model"),(0,d.h)("span","nba-run-time"));e.append(s,(0,d.h)("div","nba-run-prompt"),(0,d.h)("div","nba-run-line",(0,d.h)("span","nba-run-facts"),t)),e.classList.add("nba-run")}let[s,n,a,i]=[...e.children[0].children],[r,o]=[...e.children[2].children],l="ok"===t.status&&eQ(t)?"ok, with errors":t.status,h=Date.now()/1e3+this.behind,c=t.duration??("running"===t.status?Math.max(0,h-t.at):null),p=null===c?"":null===t.duration?`${Math.floor(c)} s …`:(0,d.YA)(c),u=this.host.markOf(t.run),m=[t.notebook&&"machine"===this.scope?eA(t.notebook):"",null===t.count?"":`[${t.count}]`].filter(Boolean).join(" ");eZ(s,t.status),e.dataset.failed=String(eQ(t)),e.dataset.marked=String(""!==u),(0,d.cv)(n,t.agent),(0,d.cv)(a,t.model),(0,d.cv)(i,p),(0,d.cv)(e.children[1],t.prompt||"(no prompt)");let b=t.n_errors?`${t.n_errors} ${1===t.n_errors?"error":"errors"}`:"";(0,d.cv)(r,[b,m,ex(t.at,h),ek(t.input,t.output),ey(t)].filter(Boolean).join(" \xb7 ")),(0,d.cv)(o,u),e.title=[l,t.error,t.notebook,t.prompt].filter(Boolean).join("\n"),e.setAttribute("aria-label",`${u?`marked ${u}, `:""}${t.agent}, ${t.model}, ${l}, ${p}, ${m} ${ex(t.at,h)}: ${t.prompt}`)}}function eZ(e,t){e.dataset.status!==t&&(e.dataset.status=t,e.replaceChildren((0,d.Kk)(eg[t]??"")))}class e0{part=null;whole=0;get seen(){return this.part??{from:0,to:Math.max(this.whole,1e-9)}}get zoomed(){return null!==this.part}get factor(){return this.part?this.whole/(this.part.to-this.part.from):1}set length(e){this.whole=e,this.part&&this.part.to>e&&this.see(this.part.from,this.part.to)}fit(){this.part=null}see(e,t){let s=Math.min(Math.max(t-e,this.whole/1e5,1e-7),this.whole),n=Math.max(0,Math.min((e+t-s)/2,this.whole-s));this.part=s>=this.whole?null:{from:n,to:n+s}}by(e,t=.5){let{from:s,to:n}=this.seen,[a,i]=[s+(n-s)*t,Math.max((n-s)/e,this.whole/1e5)];this.see(a-i*t,a+i*(1-t))}pan(e){if(!this.part)return;let{from:t,to:s}=this.part,n=Math.max(-t,Math.min((s-t)*e,this.whole-s));this.part={from:t+n,to:s+n}}}class e1{el=(0,d.h)("div","nba-waterfall");rows=[];zoom=new e0;tree=[];shown=[];folded=new Set;filter={text:"",model:"",errors:!1};waits=[];whole=0;lead=0;track=(0,d.h)("div","nba-axis-track");axis;list;constructor(e,t){this.list=new eV({role:"tree",label:"Spans of the run",height:24,key:e=>e.id,draw:(e,t)=>this.drawRow(e,t),choose:e,leave:t,clicked:(e,t)=>null!==e.closest(".nba-twist")&&t.children>0&&(this.fold(t),!0),pressed:(e,t)=>this.pressed(e,t)});let s=(e,t,s)=>{let n=(0,d.jQ)((0,d.h)("button","nba-zoom",(0,d.pW)(t)));return n.type="button",n.title=e,n.setAttribute("aria-label",e),n.addEventListener("click",()=>this.zoomed(s)),n},n=(0,d.h)("div","nba-zooms",s("Zoom out (-)","M3.5 8h9",()=>this.zoom.by(.625)),s("Zoom in (+)","M3.5 8h9M8 3.5v9",()=>this.zoom.by(1.6)),s("The whole run (0)","M2.5 3v10M13.5 3v10M4.5 8h7M6 6L4.3 8 6 10M10 6l1.7 2L10 10",()=>this.zoom.fit()));for(let e of(n.setAttribute("role","group"),n.setAttribute("aria-label","Zoom"),this.track.setAttribute("aria-hidden","true"),this.axis=(0,d.h)("div","nba-axis",n,this.track,(0,d.h)("span")),this.el.append(this.axis,this.list.el),this.el.addEventListener("wheel",e=>this.wheel(e),{passive:!1}),[this.track,this.list.el]))e.addEventListener("pointerdown",t=>this.drag(t,e===this.track));"u">typeof ResizeObserver&&new ResizeObserver(()=>this.drawAxis()).observe(this.track)}get selected(){return this.list.selected}reset(){this.rows.length=0,this.waits=[],this.tree=[],this.folded.clear(),this.zoom.fit(),this.length=0,this.list.reset(),this.refresh()}take(e,t,s=[]){var n;let a=function(e,t){let s=!1;for(let n of Array.isArray(t)?t:[]){let t=Array.isArray(n)?eH(n[0]):null;if(null===t||t>e.length||null===eK(n[1]))continue;let[,a,i,r,o,l,h,d,c,p,u,m,b,f]=n;e[t]={place:t,id:a,parent:eK(i),kind:eK(r)??"run",name:eK(o)??"",start:eH(l)??0,duration:eH(h),ttft:eH(d),status:eK(c)??"",input:eH(p),output:eH(u),cost:eH(m),model:eK(b),error:eK(f),depth:0,children:0},s=!0}return s}(this.rows,e),i=(n=this.running,(Array.isArray(s)?s:[]).flatMap(e=>{let[t,s,a,i,r,o]=Array.isArray(e)?e:[];if(null===eK(t)||null===eH(a))return[];let l=(Array.isArray(o)?o:[]).map(([e,t])=>[eK(e)??"",eK(t)??""]),h=r?"paused":l.some(([,e])=>"rejected"===e)?"rejected":"ok";return[{place:-1,id:t,parent:eK(s),kind:"wait",name:r?"waits for a person":"waited for a person",start:eH(a),duration:r&&n?null:eH(i),ttft:null,status:h,input:null,output:null,cost:null,model:null,error:null,depth:0,children:0,asked:l}]}));(a||i.length||this.waits.length)&&(this.tree=function(e){let t=new Set(e.map(e=>e.id)),s=new Map;for(let n of e){let e=null!==n.parent&&n.parent!==n.id&&t.has(n.parent)?n.parent:null,a=s.get(e);a?a.push(n):s.set(e,[n])}for(let e of s.values())e.sort((e,t)=>e.start-t.start);let n=[],a=(s.get(null)??[]).map(e=>({row:e,depth:0})).reverse();for(;a.length;){let{row:e,depth:t}=a.pop(),i=s.get(e.id)??[];for(let s of(e.depth=t,e.children=i.length,n.push(e),i.toReversed()))a.push({row:s,depth:t+1})}return n}([...this.rows,...i])),this.waits=i,this.length=t,this.refresh()}wait(e){return this.waits.find(t=>t.id===e)}get running(){return this.rows[0]?.status==="running"}get open(){return this.running||this.waits.some(e=>"paused"===e.status)}set length(e){var t;let s,{lead:n,tail:a}=(t=this.waits,s=t.map(e=>e.start+(e.duration??0)),{lead:Math.min(e,Math.max(0,...t.map(e=>-e.start))),tail:Math.min(e,Math.max(0,...s.map(t=>t-e)))});this.whole=e,this.lead=n,this.zoom.length=n+e+a}get length(){return this.whole}filterBy(e){this.filter=e,this.refresh()}get empty(){return!this.shown.length}focus(){this.list.el.focus()}draw(){this.drawAxis(),this.list.draw()}refresh(){this.shown=function(e,t){if(!t.size)return e;let s=1/0;return e.filter(e=>!(e.depth>s)&&(s=t.has(e.id)?e.depth:1/0,!0))}(function(e,t){if(!t.text&&!t.model&&!t.errors)return e;let s=new Map(e.map(e=>[e.id,e])),n=new Set;for(let a of e){let e=[a.name,a.kind,a.error,a.status,...(a.asked??[]).flat()].join("\n");if((!t.model||a.model===t.model)&&(!t.errors||eQ(a))&&eF(t.text,e))for(let e=a;e&&!n.has(e);e=e.parent?s.get(e.parent):void 0)n.add(e)}return e.filter(e=>n.has(e))}(this.tree,this.filter),this.folded),this.el.style.setProperty("--rows",String(this.shown.length)),this.list.show(this.shown.length,e=>this.shown[e]),this.drawAxis()}fold(e,t=!this.folded.has(e.id)){t?this.folded.add(e.id):this.folded.delete(e.id),this.refresh()}zoomed(e){e(),this.draw()}pressed(e,t){let s=this.folded.has(t.id);if("+"===e.key||"="===e.key)this.zoomed(()=>this.zoom.by(1.6));else if("-"===e.key)this.zoomed(()=>this.zoom.by(.625));else if("0"===e.key)this.zoomed(()=>this.zoom.fit());else if(e.shiftKey&&("ArrowRight"===e.key||"ArrowLeft"===e.key))this.zoomed(()=>this.zoom.pan("ArrowRight"===e.key?.2:-.2));else if("*"===e.key)this.folded.clear(),this.refresh();else if("ArrowRight"===e.key&&t.children)s?this.fold(t,!1):this.list.select(this.shown[this.shown.indexOf(t)+1]?.id??t.id);else{if("ArrowLeft"!==e.key)return"ArrowRight"===e.key;t.children&&!s?this.fold(t,!0):t.parent&&this.list.select(t.parent)}return!0}along(e){let t=this.track.getBoundingClientRect();return t.width?Math.max(0,Math.min(1,(e-t.left)/t.width)):.5}wheel(e){let t=e.shiftKey?e.deltaY||e.deltaX:Math.abs(e.deltaX)>Math.abs(e.deltaY)?e.deltaX:0;if(e.ctrlKey||e.metaKey)this.zoomed(()=>this.zoom.by(Math.exp(-(.004*e.deltaY)),this.along(e.clientX)));else{if(!t||!this.zoom.zoomed)return;this.zoomed(()=>this.zoom.pan(t/400))}e.preventDefault()}drag(e,t){if(0!==e.button||!t&&(!this.zoom.zoomed||!e.target.closest(".nba-span-track")))return;let[s,n]=[this.along(e.clientX),this.zoom.seen],a=n.to-n.from,i=(0,d.h)("span","nba-axis-stretch"),r=!1,o=o=>{let l=this.along(o.clientX);if(r||=Math.abs(o.clientX-e.clientX)>3){if(!t)return this.zoomed(()=>this.zoom.see(n.from-(l-s)*a,n.to-(l-s)*a));i.isConnected||this.track.append(i),i.style.left=`${100*Math.min(l,s)}%`,i.style.width=`${100*Math.abs(l-s)}%`}},l=e=>{if(removeEventListener("pointermove",o),removeEventListener("pointerup",l),removeEventListener("pointercancel",l),i.remove(),!r)return;let h=e=>e.stopPropagation();addEventListener("click",h,{capture:!0,once:!0}),setTimeout(()=>removeEventListener("click",h,{capture:!0}));let d=this.along(e.clientX);t&&d!==s&&this.zoomed(()=>this.zoom.see(n.from+Math.min(d,s)*a,n.from+Math.max(d,s)*a))};addEventListener("pointermove",o),addEventListener("pointerup",l),addEventListener("pointercancel",l)}drawAxis(){let e=this.zoom.seen,{at:t,step:s}=function(e,t){let s=Math.max(e.to-e.from,1e-9)/Math.max(1,t),n=10**Math.floor(Math.log10(s)),a=n*([1,2,5,10].find(e=>e*n>=.999*s)??10),i=[];for(let t=Math.max(0,Math.ceil(e.from/a-1e-6));t*a<=e.to+1e-6*a;t++)i.push(t*a);return{at:i,step:a}}(e,Math.max(1,(this.track.clientWidth||200)/58)),n=t=>100*(t-e.from)/(e.to-e.from),a=this.whole>0?t.filter(e=>100>=n(e)):[],i=5800*.7/(this.track.clientWidth||200);this.track.replaceChildren(...a.map((e,t)=>{let r=(0,d.h)("span","nba-tick",function(e,t){if(0===e)return"0";let[s,n,a]=e>=1?[e,"s",t]:t<.001?[1e6*e,"\xb5s",1e6*t]:t<1?[1e3*e,"ms",1e3*t]:[e,"s",t],i=Math.max(0,-Math.floor(Math.log10(a)+1e-9));return"s"===n&&t>=60?(0,d.YA)(e):`${s.toLocaleString("en-US",{maximumFractionDigits:i})} ${n}`}(e,s)),o=a[t+1];return r.style.left=`${n(e).toFixed(3)}%`,r.dataset.end=String(n(e)>100-i),void 0!==o&&n(o)>100-i&&n(o)-n(e)<2*i&&(r.textContent=""),r})),(0,d.WU)(this.axis,this.rows.length>0),this.el.dataset.zoomed=String(this.zoom.zoomed)}drawRow(e,t){e.firstChild||(e.append((0,d.h)("span","nba-span-name",(0,d.h)("span","nba-twist"),(0,d.h)("span","nba-mark"),(0,d.h)("span")),(0,d.h)("span","nba-span-track",(0,d.h)("span","nba-span-bar",(0,d.h)("span","nba-span-head"))),(0,d.h)("span","nba-span-time")),e.classList.add("nba-span"));let[s,n,a]=[...e.children],i=this.folded.has(t.id);e.dataset.kind=t.kind,e.dataset.failed=String("error"===t.status),e.setAttribute("aria-level",String(t.depth+1)),t.children?e.setAttribute("aria-expanded",String(!i)):e.removeAttribute("aria-expanded"),s.style.paddingLeft=`${10*Math.min(t.depth,10)+2}px`,s.children[0].dataset.folded=t.children?String(i):"leaf",eZ(s.children[1],t.status),(0,d.cv)(s.children[2],i?`${t.name} (${t.children})`:t.name);let r=n.firstElementChild,{from:o,to:l}=this.zoom.seen,h=function(e,t,s){let n=Math.max(t.to-t.from,1e-9),a=e=>100*(e-t.from)/n,i=null===e.duration?Math.max(s,e.start):e.start+e.duration,r=Math.max(0,a(e.start)),o=Math.min(100,a(i));if(o<0||r>100||o<r)return null;let l=null===e.ttft?0:a(e.start+e.ttft)-r;return{left:r,width:o-r,head:o>r?Math.max(0,Math.min(100,100*l/(o-r))):0}}(t,{from:o-this.lead,to:l-this.lead},this.whole);(0,d.WU)(r,null!==h),h&&(r.style.left=`min(${h.left.toFixed(3)}%, 100% - 2px)`,r.style.width=`${h.width.toFixed(3)}%`,r.firstElementChild.style.width=`${h.head.toFixed(2)}%`);let c=null===t.duration?"running"===t.status?"…":"":(0,d.YA)(t.duration);(0,d.cv)(a,t.asked&&null===t.duration?`${(0,d.YA)(Math.max(0,this.whole-t.start))} …`:c);let p=(t.asked??[]).map(([e,t])=>`${e} ${t}`.trim()),u=[ew(t),t.asked?"":t.status,c,...p,null===t.ttft?"":`first token ${(0,d.YA)(t.ttft)}`,ek(t.input,t.output),t.error??""];e.title=u.filter(Boolean).join("\n"),e.setAttribute("aria-label",u.filter(Boolean).join(", "))}}class e5{host;el=(0,d.h)("div","nba-open-run");row=null;span=null;asked=0;heard=0;title=(0,d.h)("span","nba-panel-title");facts=(0,d.h)("div","nba-panel-facts");doors=(0,d.h)("div","nba-panel-doors");note=(0,d.h)("p","nba-panel-note");details=(0,d.jQ)((0,d.h)("div","nba-details"));filters=new eJ("spans",()=>{this.waterfall.filterBy(this.filters.filter),this.draw()});waterfall=new e1(e=>this.look(e),()=>null===this.span?this.host.leave():this.look(null));constructor(e){this.host=e,this.note.setAttribute("role","status"),this.details.setAttribute("role","region"),this.details.setAttribute("aria-label","Details of the span"),this.details.addEventListener("keydown",e=>{"Escape"===e.key&&(e.stopPropagation(),this.look(null),this.waterfall.focus())});let t=(0,d.h)("div","nba-panel-head",eU("‹ Runs","nba-back",()=>e.leave()),this.title);this.el.append(t,this.facts,this.doors,this.filters.el,this.note,this.waterfall.el,this.details)}get open(){return this.waterfall.open}enter(e){this.row=e,this.span=null,this.asked=0,this.heard=0,this.filters.reset(),this.waterfall.filterBy(this.filters.filter),this.waterfall.reset(),this.draw(),e&&(this.waterfall.focus(),this.ask())}ask(){if(!this.row||this.asked&&performance.now()-this.asked<5e3)return;this.asked=performance.now();let e=this.waterfall.rows.filter(e=>null===e.duration&&"running"===e.status);this.host.ask({t:"run",run:this.row.run,have:this.waterfall.rows.length,still:e.map(e=>e.place)}),e.some(e=>e.id===this.span)&&this.host.ask({t:"span",span:this.span})}forget(){this.asked=0}take(e){"run"===e.t&&e.run===this.row?.run?(this.asked=0,this.heard=performance.now(),this.waterfall.take(e.rows,"number"==typeof e.now?e.now:this.waterfall.length,e.waits),this.drawWait(this.waterfall.wait(this.span)),this.filters.offer(eY(this.waterfall.rows)),this.draw()):"span"===e.t&&e.id===this.span?this.drawSpan(e.span):"raw"===e.t&&e.id===this.span&&eT(this.details,e.bodies,!0===e.rebuilt,e.note)}failed(e,t){"span"===e.t&&e.span===this.span?this.details.replaceChildren((0,d.h)("p","nba-panel-note",t)):"raw"===e.t&&e.span===this.span?eT(this.details,null,!1,t):"run"===e.t&&e.run===this.row?.run&&this.draw(t)}tick(){if(!this.waterfall.running||!this.heard)return;let e=performance.now();this.waterfall.length+=(e-this.heard)/1e3,this.heard=e,this.waterfall.draw()}draw(e=""){let t=this.waterfall.rows.length,s=e||(this.heard&&!t?"This run is no longer known.":t&&this.waterfall.empty?"No span fits the filter.":"");(0,d.cv)(this.note,s),(0,d.WU)(this.note,""!==s),(0,d.WU)(this.filters.el,t>5),(0,d.WU)(this.waterfall.el,""===s),(0,d.WU)(this.details,null!==this.span),this.row&&this.drawHead(this.row)}look(e){this.span=e?.id??null,e?e.asked?this.drawWait(e):this.host.ask({t:"span",span:e.id}):this.details.replaceChildren(),this.draw()}drawWait(e){if(!e?.asked)return;let t=e.asked.map(([e,t])=>[e,t||"not decided yet"]);e_(this.details,{...e,status:"",facts:[...null===e.duration?[]:[["Duration",(0,d.YA)(e.duration)]],...t],tokens:null,cost:null,error:null,sections:[]},()=>void 0)}drawSpan(e){e?e_(this.details,e,()=>this.host.ask({t:"raw",span:e.id})):this.details.replaceChildren((0,d.h)("p","nba-panel-note","This span is no longer known."))}drawHead(e){let t=e.prompt||e.agent;(0,d.cv)(this.title,t),this.title.title=t,(0,d.cv)(this.facts,[e.agent,e.model,ex(e.at),ek(e.input,e.output),"running"===e.status?"running":ey(e),e.notebook?eA(e.notebook):""].filter(Boolean).join(" \xb7 ")),this.facts.title=e.notebook??"";let s=this.host.markOf(e.run),n=[e.run,s,e.notebook,e.count].join(" ");if(this.doors.dataset.key===n)return;this.doors.dataset.key=n;let a=eU(s?`Marked ${s}`:"Mark to compare","nba-mark-run",()=>this.host.mark(e));a.setAttribute("aria-pressed",String(""!==s));let i=this.host.way(e);this.doors.replaceChildren(a,...i?[eW(i)]:[])}}let e2=[["notebook","Notebook","Runs of this notebook, also of earlier kernels"],["kernel","Kernel","Runs of this kernel since it started"],["machine","Machine","Runs of all notebooks of this machine"]];class e3{page;way;id="runs";label="Runs";el=(0,d.h)("div","nba-runs");scope="notebook";away=null;scopes;why="";shows="list";marked=[];known=[];looked=0;typing;filters=new eJ("runs",()=>{clearTimeout(this.typing),this.typing=setTimeout(()=>this.reload(),200)});note=(0,d.h)("p","nba-panel-note");hint=(0,d.h)("p","nba-panel-note");top=(0,d.h)("div","nba-scope");head=(0,d.h)("div","nba-panel-head",eU("‹ Runs","nba-back",()=>this.leave()),(0,d.h)("span","nba-panel-title","Two runs compared"));marks=(0,d.h)("div","nba-marks");comparison=(0,d.h)("div","nba-comparison");list;run;constructor(e,t){this.page=e,this.way=t;let s=e=>"AB"[this.marked.findIndex(t=>t.run===e)]??"",n={ask:e.ask,mark:e=>this.mark(e),markOf:s};this.list=new eG({...n,enter:e=>this.enter(e),changed:()=>this.came()}),this.run=new e5({...n,way:t,leave:()=>this.leave()}),this.scopes=e2.map(([e,t,s])=>{let n=(0,d.jQ)((0,d.h)("button","nba-scope-choice",t));return n.type="button",n.title=s,n.setAttribute("role","radio"),n.addEventListener("click",()=>this.choose(e)),n}),this.top.append(...this.scopes),this.top.setAttribute("role","radiogroup"),this.top.setAttribute("aria-label","Runs of"),this.top.addEventListener("keydown",e=>this.turned(e)),this.note.setAttribute("role","status"),this.hint.setAttribute("role","status"),this.comparison.setAttribute("role","region"),this.comparison.setAttribute("aria-label","Two runs compared"),this.el.append(this.top,this.filters.el,this.head,this.marks,this.note,this.hint,this.list.el,this.run.el,this.comparison),this.clear("")}clear(e){this.list.reset(),this.run.enter(null),this.shows="list",this.marked=[],this.known=[],this.why=e,(0,d.cv)(this.hint,""),this.draw()}resume(){this.list.forget(),this.run.forget(),this.draw()}shown(e){e&&!this.why&&this.refresh()}take(e){let t=e??{};"changed"===t.t?(this.why="",(0,d.cv)(this.hint,""),this.away?this.choose(this.away):this.refresh()):"machine"===t.t?this.alone():"runs"===t.t?this.list.take(t):"models"===t.t&&t.scope===this.scope?(this.known=t.models,this.came()):"compare"===t.t?this.drawCompared(t):"failed"===t.t?this.failed(t.of,String(t.why)):this.run.take(t)}tick(){"list"===this.shows?this.list.tick():"run"===this.shows&&this.run.tick(),("list"===this.shows?"kernel"!==this.scope:"run"===this.shows&&this.run.open)&&!this.why&&performance.now()-this.looked>3e3&&this.refresh()}refresh(){this.looked=performance.now(),"run"===this.shows&&this.run.ask(),("list"===this.shows||"run"===this.shows&&this.run.row?.status==="running")&&(this.list.known||this.page.ask({t:"models",scope:this.scope}),this.list.refresh(this.scope,this.filters.filter,"notebook"===this.scope?this.page.cells():void 0))}alone(){(0,d.cv)(this.hint,`These runs are kept. ${this.why}`),this.why="","kernel"!==this.scope&&("notebook"!==this.scope||this.page.cells().length)||(this.away=this.scope,this.scope="machine"),this.reload()}reload(){this.why="",this.list.reset(),this.refresh(),this.draw()}choose(e){e!==this.scope&&(this.scope=e,this.away=null,this.known=[],this.reload())}turned(e){let t={ArrowRight:1,ArrowDown:1,ArrowLeft:-1,ArrowUp:-1}[e.key];if(void 0===t)return;e.preventDefault();let s=(e2.findIndex(([e])=>e===this.scope)+t+e2.length)%e2.length;this.choose(e2[s][0]),this.scopes[s].focus()}came(){this.filters.offer([...new Set([...this.known,...eY(this.list.loaded)])].sort());let e=this.run.row;this.run.row=[...this.list.loaded].find(t=>t.run===e?.run)??e,"run"===this.shows&&this.run.draw(),this.draw()}failed(e,t){"compare"===e.t?this.comparison.replaceChildren((0,d.h)("p","nba-panel-note",t)):"runs"===e.t&&e.scope===this.scope?(this.list.forget(),this.why=t,this.draw()):this.run.failed(e,t)}enter(e){this.shows="run",this.draw(),this.run.enter(e)}leave(){this.shows="list",this.run.enter(null),this.draw(),this.list.show(),this.list.focus(),this.refresh()}mark(e){let t=this.marked.filter(t=>t.run!==e.run);this.marked=t.length<this.marked.length?t:[...t.slice(-1),e],this.marksChanged()}marksChanged(){this.draw(),"list"===this.shows?this.list.show():this.run.draw()}compare(){let[e,t]=this.marked;e&&t&&(this.shows="compare",this.comparison.replaceChildren((0,d.h)("p","nba-panel-note","Comparing …")),this.page.ask({t:"compare",a:e.run,b:t.run}),this.draw(),this.head.querySelector(".nba-back")?.focus())}drawCompared(e){let[t,s]=this.marked;"compare"===this.shows&&t?.run===e.a&&s?.run===e.b&&function(e,t,s,n){var a;let i,r,o,l=[(0,d.h)("div","nba-sides",...s.map((e,t)=>{var s,a,i;let r,o,l;return s=e,a="AB"[t],i=n,(r=(0,d.h)("div","nba-side",(0,d.h)("div","nba-run-line",(0,d.h)("span","nba-run-pick",a),(0,d.h)("b","nba-run-agent",s.agent),(0,d.h)("span","nba-run-model",s.model)))).append((0,d.h)("div","nba-side-prompt",s.prompt||"(no prompt)"),(0,d.h)("div","nba-run-facts",ex(s.at))),o=(0,d.h)("div","nba-side-doors",eU("Spans","nba-spans",()=>i.enter(s))),(l=i.way(s))&&o.append(eW(l)),r.append(o),r.setAttribute("role","group"),r.setAttribute("aria-label",`Run ${a}`),r})),eB("Numbers",function(e){let[t,s]=e.local,n=eP(["","A","B","B − A"],e.sums.filter(([,e,t])=>"0"!==e||"0"!==t).map(([e,n,a,i,r])=>{let o=r&&!/\d{4}/.test(r)?`(${r})`:"",l=n===a?"":[i,o].filter(Boolean).join(" ");return"Cost"===e?[e,t?"local":n,s?"local":a,t&&s?"":l]:[e,n,a,l]}));return n.classList.add("nba-sums"),n}(t))],h=t.what.filter(([e,,,s])=>"cell"!==e&&s&&!t.diffs.some(([t])=>t===e)),c=t.what.filter(([e,t,,s])=>"cell"!==e&&!s&&t).map(([e])=>e);for(let[e,s]of(h.length&&l.push(eB("Made of",eP(["","A","B"],h.map(([e,t,s])=>[e,t||"–",s||"–"])))),c.length&&l.push((0,d.h)("p","nba-panel-hint",`The same: ${c.join(", ")}.`)),t.steps.length&&l.push(eB("Steps",(a=t,i=(e,t)=>{if(!e)return"–";let[s,n,a,i]=e;return[null===s?"":(0,d.YA)(s),null===n&&null===a?"":`${(0,d.U9)(n??0)} → ${(0,d.U9)(a??0)}`,null===i?"":ev(i,t)].filter(Boolean).join(" \xb7 ")||"…"},r=(e,t,s)=>null===e||null===t||t===e?"":`${t>e?"+":"−"}${s(Math.abs(t-e))}`,(o=eP(["","A","B","B − A"],a.steps.map(([e,t,s,n])=>{let o=s&&n?[r(s[0],n[0],d.YA),r((s[1]??0)+(s[2]??0),(n[1]??0)+(n[2]??0),e=>`${(0,d.U9)(e)} tokens`),a.local[0]||a.local[1]?"":r(s[3],n[3],e=>ev(e,!1))]:[s?"only A":"only B"];return[`${"tool"===t?"⚙ ":""}${e}`,i(s,a.local[0]),i(n,a.local[1]),o.filter(Boolean).join(" \xb7 ")]}))).classList.add("nba-steps"),o))),t.diffs))l.push(eB(e[0].toUpperCase()+e.slice(1),function(e){let t=(0,d.jQ)((0,d.h)("div","nba-diff"));t.tabIndex=0,t.setAttribute("role","group"),t.setAttribute("aria-label","What changed, A and B");let s=(e,t,s)=>{let n=(0,d.h)("div","nba-diff-side",...(e??[]).map(({text:e,changed:s})=>s?(0,d.h)("a"===t?"del":"ins","",e):e));return n.dataset.side=s?"same":t,n.dataset.none=String(null===e),n};return t.append(...(function(e){let t=[],[s,n]=[[],[]],a=()=>{for(let e=0;e<Math.max(s.length,n.length);e++){let[a,i]=[s[e],n[e]],[r,o]=void 0!==a&&void 0!==i?function(e,t){let s=e=>e.match(/\s+|\w+|[^\s\w]/gu)??[],[n,a]=[s(e),s(t)];if(n.length>300||a.length>300)return[eS(e),eS(t)];let i=Array.from({length:n.length+1},()=>new Uint16Array(a.length+1));for(let e=n.length-1;e>=0;e--)for(let t=a.length-1;t>=0;t--)i[e][t]=n[e]===a[t]?i[e+1][t+1]+1:Math.max(i[e+1][t],i[e][t+1]);let[r,o]=[[],[]],[l,h]=[0,0];for(;l<n.length||h<a.length;)l<n.length&&h<a.length&&n[l]===a[h]?(e$(r,n[l++],!1),e$(o,a[h++],!1)):h>=a.length||l<n.length&&i[l+1][h]>=i[l][h+1]?e$(r,n[l++],!0):e$(o,a[h++],!0);return[r,o]}(a,i):[void 0===a?null:eS(a),void 0===i?null:eS(i)];t.push({a:r,b:o,same:!1})}[s,n]=[[],[]]};return e.split("\n").forEach((e,i)=>{if(i<2&&/^(---|\+\+\+) /.test(e))return;let r=e.slice(1);e.startsWith("-")?s.push(r):e.startsWith("+")?n.push(r):(a(),e.startsWith("@@")?t.length&&t.push({a:null,b:null,same:!0,gap:!0}):t.push({a:[{text:r,changed:!1}],b:[{text:r,changed:!1}],same:!0}))}),a(),t})(e).map(e=>{let t=e.gap?(0,d.h)("div","nba-diff-row nba-diff-gap","⋯"):(0,d.h)("div","nba-diff-row",s(e.a,"a",e.same),s(e.b,"b",e.same));return t.dataset.same=String(e.same),t})),t}(s)));e.replaceChildren(...l),e.scrollTop=0}(this.comparison,e,[t,s],{enter:e=>this.enter(e),way:this.way})}draw(){let e="list"===this.shows,t=this.filters.empty?`No runs ${"machine"===this.scope?"on":"in"} this ${this.scope} yet. They show here as %%agent cells run.`:"No run fits the filter.",s=this.why||(e&&this.list.known&&!this.list.total?t:"");(0,d.cv)(this.note,s),(0,d.WU)(this.note,""!==s),(0,d.WU)(this.hint,""!==this.hint.textContent&&"list"===this.shows);let{known:n,total:a}=this.list;this.filters.told(n&&a?`${(0,d.U9)(a)} ${1===a?"run":"runs"}`:""),e2.forEach(([e],t)=>{this.scopes[t].setAttribute("aria-checked",String(e===this.scope)),this.scopes[t].tabIndex=e===this.scope?0:-1}),(0,d.WU)(this.top,e),(0,d.WU)(this.filters.el,e),(0,d.WU)(this.list.el,e&&""===s),(0,d.WU)(this.run.el,"run"===this.shows),(0,d.WU)(this.head,"compare"===this.shows),(0,d.WU)(this.comparison,"compare"===this.shows),this.drawMarks()}drawMarks(){let[e,t]=this.marked;if((0,d.WU)(this.marks,"compare"!==this.shows&&void 0!==e&&!this.why),!e)return this.marks.replaceChildren();let s=(e,t)=>(0,d.h)("span","nba-marked",(0,d.h)("span","nba-run-pick",t),` ${e.prompt||e.agent}`),n=t?[s(t,"B"),eU("Compare","nba-compare",()=>this.compare())]:[(0,d.h)("span","nba-panel-hint","Mark another run to compare it with.")];this.marks.replaceChildren(s(e,"A"),...n,eU("Clear","nba-unmark",()=>this.unmark()))}unmark(){this.marked=[],this.marksChanged(),"list"===this.shows&&this.list.focus()}}let e4={user:"You",assistant:"Assistant",tool:"Tools",system:"System"},e6=e=>"string"==typeof e?e:"",e9=e=>"number"==typeof e&&Number.isFinite(e)?e:null,e8=e=>Array.isArray(e)?e:[],e7=e=>e8(e).flatMap(e=>{let t="object"!=typeof e||null===e||Array.isArray(e)?null:e;return t?[t]:[]});class te{one;many;refresh;note=(0,d.h)("p","nba-panel-note");said=(0,d.h)("p","nba-said-of");list=(0,d.h)("div","nba-things");search;top;why="";visible=!1;constructor(e,t,s,n){this.one=e,this.many=t,this.refresh=s,this.search=new eq(t,n),this.top=(0,d.h)("div","nba-filters",this.search.field,this.search.found),this.list.setAttribute("role","list"),this.list.setAttribute("aria-label",t.replace(/^./,e=>e.toUpperCase())),this.said.setAttribute("role","status"),this.note.setAttribute("role","status")}shown(e){this.visible=e,this.again()}again(){this.visible&&this.refresh()}clear(e){this.why=e,this.tell("")}tell(e,t=!1){(0,d.cv)(this.said,e),this.said.dataset.failed=String(t)}draw(e,t,s){let n=""!==this.search.text&&t>0,a=this.why||(t?e?"":`No ${this.one} fits the filter.`:s);(0,d.cv)(this.note,a),(0,d.cv)(this.search.found,n&&e?`${(0,d.U9)(e)} of ${(0,d.U9)(t)} ${this.many}`:""),(0,d.WU)(this.search.field,t>0),(0,d.WU)(this.note,""!==a),(0,d.WU)(this.list,e>0)}}class tt{page;id="sessions";label="Sessions";el=(0,d.h)("div","nba-desk");things=new te("session","sessions",()=>this.refresh(),()=>this.draw());load=(0,d.x6)("Load…","",()=>this.ask("Load a session from a file",[["File",""],["Name (optional)",""]],"Load",([e,t])=>this.act("load",t??"",{path:e})));back=(0,d.x6)("‹ Sessions","nba-back",()=>this.leave());title=(0,d.h)("b","nba-panel-title");facts=(0,d.h)("p","nba-session-facts");reset=(0,d.x6)("Reset…","",()=>this.ask(`Forget its ${(0,d.U9)(this.row?.messages??0)} messages? Its runs stay in the Runs tab; to go on with them later, save it to a file first.`,[],"Reset",()=>this.act("reset",this.open??"",{})));save=(0,d.x6)("Save…","",()=>this.ask("Save to a file",[["File",`${this.open}.json`]],"Save",([e])=>this.act("save",this.open??"",{path:e})));head=(0,d.h)("div","nba-session-head",(0,d.h)("div","nba-thing-line",this.back,this.title),this.facts,(0,d.h)("div","nba-buttons",this.reset,this.save));form=(0,d.jQ)((0,d.h)("form","nba-session-form"));messages=(0,d.h)("ol","nba-messages");more=(0,d.x6)("More","",()=>this.read(this.known.length));rows=[];open=null;known=[];total=0;constructor(e){this.page=e;let{top:t,said:s,note:n,list:a}=this.things;t.append(this.load),this.messages.setAttribute("aria-label","Conversation"),this.el.append(t,s,this.form,n,a,this.head,this.messages,this.more),this.el.addEventListener("keydown",e=>{"Escape"!==e.key||null===this.open&&this.form.hidden||(e.stopPropagation(),this.form.hidden?this.leave():this.cancel())}),this.clear("")}shown(e){this.things.shown(e)}clear(e){this.things.clear(e),this.rows=[],this.open=null,this.known=[],this.messages.replaceChildren(),(0,d.WU)(this.form,!1),this.draw()}resume(){this.things.again()}take(e){let{t,...s}=e??{};"sessions"===t?(this.things.why="",this.rows=e7(s.sessions).flatMap(e=>e6(e.name)?[{name:e6(e.name),agent:e6(e.agent),model:e6(e.model),messages:e9(e.messages)??0,pending:e8(e.pending).map(e6),input:e9(e.input)??0,output:e9(e.output)??0,cost:e9(e.cost),local:!0===e.local,busy:!0===e.busy,granted:e8(e.granted).map(e6)}]:[]),null===this.open||this.row||(this.open=null),this.draw()):"session"===t&&s.name===this.open?this.transcript(s):"session-done"===t?(this.things.tell(String(s.error??s.text??""),void 0!==s.error),"string"==typeof s.open&&this.enter(s.open),this.refresh()):("sessions-changed"===t||"changed"===t)&&this.things.again()}get row(){return this.rows.find(e=>e.name===this.open)}refresh(){this.page.ask({t:"sessions"}),null!==this.open&&this.read(0)}read(e){this.page.ask({t:"session",name:this.open,from:e})}transcript(e){let t=e7(e.messages).map(e=>({at:e9(e.at)??0,role:e6(e.role),model:e6(e.model)||null,input:e9(e.input),output:e9(e.output),parts:e7(e.parts).map(e=>({title:e6(e.title),text:e6(e.text),format:e6(e.format)}))})),s="number"==typeof e.from?e.from:0,n=s&&s===this.known.length?this.known:[],a=0===s&&JSON.stringify(this.known.slice(0,t.length))===JSON.stringify(t)?this.known.slice(t.length):[],i=[...n,...t,...a];for(this.total="number"==typeof e.total?e.total:i.length,this.known=i.slice(0,this.total),this.known.forEach((e,t)=>{var s;let n,a,i,r,o=JSON.stringify(e),l=this.messages.children[t];if(l?.dataset.key===o)return;let h=(s=()=>this.fork(e.at+1),n=e4[e.role]??e.role,a=[e.model??"",null===e.output?"":`${(0,d.U9)(e.input??0)} → ${(0,d.U9)(e.output)}`].filter(Boolean).join(" \xb7 "),(i=(0,d.x6)("Fork from here","nba-quiet",s)).setAttribute("aria-label",`Fork from message ${e.at+1}`),(r=(0,d.h)("li","nba-message",(0,d.h)("div","nba-message-head",(0,d.h)("b","",n),(0,d.h)("span","nba-hint",a),i),...e.parts.map(t=>(function(e,t){let s="text"===t.format&&t.title===e,n="json"===t.format&&(0,eC.ml)(t.text)?(0,eC.j9)(t.text):t.text,a=(0,d.h)("pre",s?"nba-speech":"nba-listing",n);if("error"===t.format&&(a.dataset.failed="true"),s&&n.length<=1200)return a;a.tabIndex=0;let i=(0,d.jQ)((0,d.h)("summary","nba-summary",s?`${(0,d.U9)(n.length)} characters: ${n.slice(0,160).replace(/\s+/g," ")} …`:t.title));return s||i.append((0,d.h)("span","nba-brief",n.slice(0,120).replace(/\s+/g," "))),(0,d.h)("details","nba-inner",i,a)})(e.role,t)))).dataset.role=e.role,r);h.dataset.key=o,l?l.replaceWith(h):this.messages.append(h)});this.messages.children.length>this.known.length;)this.messages.lastElementChild.remove();this.draw()}fork(e){let t=function(e,t){let s=e.replace(/-\d+$/,"");for(let e=2;;e++)if(!t.includes(`${s}-${e}`))return`${s}-${e}`}(this.open??"session",this.rows.map(e=>e.name));this.ask(`Go on from message ${e} in a session of its own`,[["Name",t]],"Fork",([t])=>this.act("fork",this.open??"",{new:t,at:e}))}act(e,t,s){this.page.ask({t:"do-session",verb:e,name:t,...s})}ask(e,t,s,n){let a=document.activeElement,i=t.map(([e,t])=>{let s=(0,d.h)("input","nba-control");return s.value=t,s.spellcheck=!1,(0,d.h)("label","nba-session-field",(0,d.h)("span","nba-hint",e),s)}),r=(0,d.x6)(s,"Reset"===s?"nba-danger":"nba-primary",()=>void 0);r.type="submit",this.form.replaceChildren((0,d.h)("p","",e),...i,(0,d.h)("div","nba-buttons",r,(0,d.x6)("Cancel","",()=>this.cancel()))),this.form.setAttribute("aria-label",e),this.form.onsubmit=e=>{e.preventDefault();let t=i.map(e=>e.querySelector("input").value.trim());(!t.length||t[0])&&(this.cancel(),(null===this.open?this.load:this.back).focus(),n(t))},this.cancel=()=>{(0,d.WU)(this.form,!1),a instanceof HTMLElement&&a.isConnected&&a.focus()},this.things.tell(""),(0,d.WU)(this.form,!0);let o=this.form.querySelector("input");(o??r).focus(),o?.select(),this.form.scrollIntoView?.({block:"nearest"})}cancel=()=>(0,d.WU)(this.form,!1);enter(e){this.open=e,this.known=[],this.total=0,this.messages.replaceChildren(),this.draw(),this.read(0),this.back.focus()}leave(){let e=this.open;this.open=null,(0,d.WU)(this.form,!1),this.draw(),null!==e&&this.focusOn(e)}focusOn(e){[...this.things.list.querySelectorAll(".nba-session")].find(t=>t.dataset.name===e)?.focus()}draw(){let e=null!==this.open,t=this.rows.filter(e=>eF(this.things.search.text,[e.name,...ts(e)].join("\n")));e?this.things.draw(0,0,this.total||!this.row||this.row.messages?"":"Nothing was said in this session yet."):this.things.draw(t.length,this.rows.length,"No sessions in this kernel yet. The first %%agent cell begins one."),(0,d.WU)(this.things.top,!this.things.why&&!e),(0,d.WU)(this.head,e),(0,d.WU)(this.messages,e),(0,d.WU)(this.more,e&&this.known.length<this.total),(0,d.cv)(this.more,`${(0,d.U9)(this.total-this.known.length)} more messages`),e?this.drawHead():this.drawList(t)}drawHead(){let e=this.row;(0,d.cv)(this.title,this.open??""),(0,d.cv)(this.facts,e?ts(e).join(" \xb7 "):""),this.reset.disabled=!e?.messages||e.busy,this.save.disabled=!e?.messages}drawList(e){let{list:t}=this.things,s=JSON.stringify(e);if(t.dataset.key===s)return;t.dataset.key=s;let n=document.activeElement?.dataset?.name;t.replaceChildren(...e.map(e=>{let t=(0,d.x6)("","nba-session",()=>this.enter(e.name));t.dataset.name=e.name,t.append((0,d.h)("b","",e.name),(0,d.h)("span","nba-hint",ts(e).join(" \xb7 ")));let s=(0,d.h)("div","nba-thing",t);return s.setAttribute("role","listitem"),s})),void 0!==n&&this.focusOn(n)}}function ts(e){let t=e.pending.length?`waits for you: ${e.pending.join(", ")}`:"",s=e.input||e.output?`${(0,d.U9)(e.input)} → ${(0,d.U9)(e.output)} tokens`:"";return[e.busy?"is answering":"",t,e.model,`${(0,d.U9)(e.messages)} ${1===e.messages?"message":"messages"}`,s,0===e.cost&&!s&&!e.local?"":ev(e.cost,e.local),e.granted.length?`unasked: ${e.granted.join(", ")}`:""].filter(Boolean)}var tn=s("./lib/core/highlight.js"),ta=s("./lib/core/schema.js");let ti=e=>"string"==typeof e?e:"",tr=e=>"object"!=typeof e||null===e||Array.isArray(e)?null:e,to=e=>Array.isArray(e)?e:[],tl=[["default",""],["ask","Ask each time"],["always","Never ask"]],th={asks:"As written: asks","does not ask":"As written: never","by its arguments":"As written: sometimes"};class td{page;jump;id="tools";label="Tools";el=(0,d.h)("div","nba-desk");things=new te("tool","tools",()=>this.refresh(),()=>this.draw());cards=new Map;constructor(e,t){this.page=e,this.jump=t,this.el.append(this.things.top,this.things.said,this.things.note,this.things.list),this.clear("")}shown(e){this.things.shown(e)}clear(e){this.cards.clear(),this.things.list.replaceChildren(),this.things.clear(e),this.draw()}resume(){this.things.again()}take(e){let{t,tools:s,name:n,tool:a,text:i}=e??{};if("tools"===t)this.things.why="",this.drawRows(to(s).flatMap(e=>{let t=tr(e);return t&&ti(t.name)?[{name:ti(t.name),brief:ti(t.brief),asks:ti(t.asks),mode:ti(t.mode),on:!0===t.on,enabled:!0===t.enabled,place:ti(t.place),cell:"string"==typeof t.cell?t.cell:null,granted:to(t.granted).map(ti)}]:[]}));else if("tool"===t){let e;this.cards.get(String(n))?.tell((e=tr(a))&&{description:ti(e.description),code:ti(e.code),parameters:tr(e.parameters)??{},facts:to(e.facts).flatMap(e=>Array.isArray(e)?[[ti(e[0]),ti(e[1])]]:[])})}else"tool-error"===t?(this.things.tell(String(i)),this.refresh()):("tools-changed"===t||"changed"===t&&this.things.why)&&this.things.again()}refresh(){for(let[e,t]of(this.page.ask({t:"tools"}),this.cards))t.open&&this.page.ask({t:"tool",name:e})}drawRows(e){let{list:t}=this.things,s=new Set(e.map(e=>e.name));for(let[e,t]of this.cards)s.has(e)||(t.el.remove(),this.cards.delete(e));e.forEach((e,s)=>{let n=this.cards.get(e.name);n||(n=new tp(e.name,{say:t=>{this.things.tell(""),this.page.ask({t:"say-of-tool",name:e.name,verb:t})},askIn:t=>this.page.ask({t:"ask-in-session",name:e.name,session:t}),look:()=>this.page.ask({t:"tool",name:e.name}),jump:this.jump}),this.cards.set(e.name,n)),t.children[s]!==n.el&&t.insertBefore(n.el,t.children[s]??null),n.draw(e)}),this.draw()}draw(){let e=[...this.cards.values()],t=e.filter(e=>eF(this.things.search.text,e.words));for(let s of e)(0,d.WU)(s.el,t.includes(s));this.things.draw(t.length,e.length,"No tools in this notebook yet. Functions of a %%tool cell show here.")}}let tc=0;class tp{name;link;el=(0,d.h)("article","nba-thing");opener=(0,d.jQ)((0,d.h)("button","nba-opener"));on=(0,d.jQ)((0,d.h)("input"));place=(0,d.h)("span","nba-thing-place");brief=(0,d.h)("p","nba-thing-brief");mode=(0,d.jQ)((0,d.h)("select","nba-control"));grants=(0,d.h)("div","nba-grants");body=(0,d.h)("div","nba-thing-body");row;drawn="";constructor(e,t){this.name=e,this.link=t;let s=`nba-tool-${++tc}`;this.el.setAttribute("role","listitem"),this.el.setAttribute("aria-label",e),this.opener.type="button",this.opener.append((0,d.h)("span","nba-turn"),(0,d.h)("code","",e)),this.opener.setAttribute("aria-expanded","false"),this.opener.setAttribute("aria-controls",s),this.body.id=s,this.opener.addEventListener("click",()=>this.toggle()),this.on.type="checkbox",this.on.setAttribute("role","switch"),this.on.setAttribute("aria-label",`Offer ${e} to the model`),this.on.addEventListener("change",()=>t.say(this.on.checked?"on":"off")),this.mode.setAttribute("aria-label",`Approval of ${e}`),this.mode.append(...tl.map(([e,t])=>new Option(t,e))),this.mode.addEventListener("change",()=>t.say(this.mode.value)),(0,d.WU)(this.body,!1),this.el.append((0,d.h)("div","nba-thing-head",this.opener,this.place,(0,d.h)("label","nba-switch",this.on,"On")),this.brief,(0,d.h)("div","nba-thing-line",(0,d.h)("span","nba-hint","Approval"),this.mode),this.grants,this.body)}get open(){return!this.body.hidden}get words(){return[this.name,this.row?.brief,this.row?.place].join("\n")}draw(e){this.row=e,this.el.dataset.on=String(e.on&&e.enabled),this.on.checked=e.on,(0,d.cv)(this.place,[e.enabled?"":"off by its own enabled=",e.place].filter(Boolean).join(" \xb7 ")),(0,d.cv)(this.brief,e.brief||"It has no description: the model is told its name and parameters only."),this.mode.options[0].text=th[e.asks]??"As written",this.mode.value=e.mode;let t=e.granted.map(e=>{let t=(0,d.x6)("Ask again","nba-quiet",()=>this.link.askIn(e));return t.setAttribute("aria-label",`Ask again for ${this.name} in ${e}`),(0,d.h)("span","nba-grant",(0,d.h)("span","",`Approved in ${e}`),t)}),s="always"===e.mode?[(0,d.h)("span","nba-hint","Until its code is another, or the kernel ends.")]:[];JSON.stringify(e.granted)+e.mode!==this.grants.dataset.of&&this.grants.replaceChildren(...t,...s),this.grants.dataset.of=JSON.stringify(e.granted)+e.mode,(0,d.WU)(this.grants,t.length+s.length>0)}tell(e){let t=JSON.stringify(e);if(t===this.drawn)return;if(this.drawn=t,!e)return void this.body.replaceChildren((0,d.h)("p","nba-hint","This tool is no longer in the kernel."));let s=(0,d.h)("dl","nba-parameters",...(0,ta.OA)(e.parameters).flatMap(e=>{let t=(0,d.h)("span","nba-hint",[e.choices.length?e.choices.map(e=>JSON.stringify(e)).join(" | "):e.takes,e.required?"":void 0===e.fallback?"may be left out":`default ${e.fallback}`].filter(Boolean).join(", "));return[(0,d.h)("dt","",(0,d.h)("code","",e.name)),(0,d.h)("dd","",t,...e.description?[(0,d.h)("div","",e.description)]:[])]})),n=this.row?.cell?this.link.jump(this.row.cell):null,a=(0,d.x6)(`Go to ${this.row?.place||"the cell"}`,"nba-jump",()=>n?.());this.body.replaceChildren(...e.description?[(0,d.h)("p","nba-thing-description",e.description)]:[],(0,d.h)("h4","","Parameters"),s.children.length?s:(0,d.h)("p","nba-hint","none"),(0,d.h)("div","nba-thing-line",(0,d.h)("h4","","Source"),...n?[a]:[]),e.code?tu(e.code,"python",`Source of ${this.name}`):(0,d.h)("p","nba-hint","Its source is not to be had."),function(e,...t){return(0,d.h)("details","nba-inner",(0,d.jQ)((0,d.h)("summary","nba-summary",e)),...t)}("Schema",tu((0,eC.j9)(JSON.stringify(e.parameters)),"json",`Schema of ${this.name}`)),(0,d.h)("p","nba-hint",e.facts.map(([e,t])=>`${e} ${t}`).join(" \xb7 ")))}toggle(){let e=!this.open;(0,d.WU)(this.body,e),(0,d.WU)(this.brief,!e||!this.row?.brief),this.opener.setAttribute("aria-expanded",String(e)),e&&this.link.look()}}function tu(e,t,s){let n=(0,d.h)("pre","nba-listing");n.tabIndex=0,n.setAttribute("role","region"),n.setAttribute("aria-label",s);let a=(0,tn.Z)(e,t);return null===a?n.textContent=e:n.innerHTML=a,n}class tm{tabs;el=(0,d.h)("section","nba nba-panel");list=(0,d.jQ)((0,d.h)("div","nba-tabs"));buttons;at=0;visible=!1;constructor(e){this.tabs=e,this.el.setAttribute("aria-label","Agents"),this.list.setAttribute("role","tablist"),this.list.setAttribute("aria-label","Agents"),this.buttons=e.map((e,t)=>{let s=(0,d.h)("button","nba-tab",e.label);return s.type="button",s.id=`nba-tab-${e.id}`,s.setAttribute("role","tab"),s.setAttribute("aria-controls",`nba-tab-panel-${e.id}`),s.addEventListener("click",()=>this.choose(t)),e.el.id=`nba-tab-panel-${e.id}`,e.el.classList.add("nba-tab-panel"),e.el.setAttribute("role","tabpanel"),e.el.setAttribute("aria-labelledby",s.id),s}),this.list.append(...this.buttons),this.list.addEventListener("keydown",e=>this.pressed(e)),(0,d.WU)(this.list,e.length>1),this.el.append(this.list,...e.map(e=>e.el)),this.draw()}open(e){let t=this.tabs.findIndex(t=>t.id===e);t>=0&&this.choose(t)}focus(){this.buttons[this.at].focus()}take(e){for(let t of this.tabs)t.take(e)}clear(e){for(let t of this.tabs)t.clear(e)}resume(){for(let e of this.tabs)e.resume()}shown(e){this.visible=e,this.tabs[this.at].shown(e)}tick(){this.tabs[this.at].tick?.()}choose(e){e!==this.at&&(this.visible&&this.tabs[this.at].shown(!1),this.at=e,this.draw(),this.visible&&this.tabs[e].shown(!0))}draw(){this.tabs.forEach((e,t)=>{(0,d.WU)(e.el,t===this.at),this.buttons[t].setAttribute("aria-selected",String(t===this.at)),this.buttons[t].tabIndex=t===this.at?0:-1})}pressed(e){let t=this.tabs.length,s={ArrowRight:this.at+1,ArrowLeft:this.at+t-1,Home:0,End:t-1}[e.key];void 0!==s&&(e.preventDefault(),e.stopPropagation(),this.choose(s%t),this.buttons[this.at].focus())}}var tb=s("./node_modules/css-loader/dist/cjs.js!./style/panel.css"),tf={};tf.styleTagTransform=j(),tf.setAttributes=v(),tf.insert=w().bind(null,"head"),tf.domAPI=f(),tf.insertStyleElement=x(),m()(tb.A,tf),tb.A&&tb.A.locals&&tb.A.locals;var tg=s("./node_modules/css-loader/dist/cjs.js!./style/spans.css"),tw={};tw.styleTagTransform=j(),tw.setAttributes=v(),tw.insert=w().bind(null,"head"),tw.domAPI=f(),tw.insertStyleElement=x(),m()(tg.A,tw),tg.A&&tg.A.locals&&tg.A.locals;var tk=s("./node_modules/css-loader/dist/cjs.js!./style/details.css"),tv={};tv.styleTagTransform=j(),tv.setAttributes=v(),tv.insert=w().bind(null,"head"),tv.domAPI=f(),tv.insertStyleElement=x(),m()(tk.A,tv),tk.A&&tk.A.locals&&tk.A.locals;var ty=s("./node_modules/css-loader/dist/cjs.js!./style/compared.css"),tx={};tx.styleTagTransform=j(),tx.setAttributes=v(),tx.insert=w().bind(null,"head"),tx.domAPI=f(),tx.insertStyleElement=x(),m()(ty.A,tx),ty.A&&ty.A.locals&&ty.A.locals;var tA=s("./node_modules/css-loader/dist/cjs.js!./style/desk.css"),tj={};tj.styleTagTransform=j(),tj.setAttributes=v(),tj.insert=w().bind(null,"head"),tj.domAPI=f(),tj.insertStyleElement=x(),m()(tA.A,tj),tA.A&&tA.A.locals&&tA.A.locals;class tS extends h.Widget{app;notebook=null;tabs;link;clock;constructor(e){super(),this.app=e,this.id="nbagent-traces",this.addClass("nba-panel-frame"),this.title.caption="Agent Traces";let t={ask:e=>this.link.ask(e),notebook:()=>this.notebook,cells:()=>this.notebook?.content.widgets.map(e=>e.model.id)??[]},s=new ej(e),n=[new e3(t,e=>s.way(e)),new td(t,e=>s.cell(e)),new tt(t)];this.tabs=new tm(n),this.link=new eb(this.tabs,e.serviceManager.serverSettings),this.node.append(this.tabs.el),e.shell.currentChanged?.connect(()=>this.follow()),this.follow()}open(e){this.tabs.open(e)}onActivateRequest(){this.tabs.focus()}onAfterShow(){this.clock??=setInterval(()=>this.tick(),500),this.link.begin(),this.tabs.shown(!0)}onBeforeHide(){clearInterval(this.clock),this.clock=void 0,this.tabs.shown(!1),this.link.end()}dispose(){clearInterval(this.clock),this.link.end(),super.dispose()}tick(){this.link.tick(),this.tabs.tick()}follow(){let e=N(this.app.shell.currentWidget);e&&e!==this.notebook&&(this.notebook=e,e.disposed.connect(()=>{this.notebook===e&&(this.notebook=null,this.link.follow(null))}),this.link.follow(e))}}function t$(e){let t=JSON.stringify(e).replace(/[\u007f-\uffff]/g,e=>`\\u${e.charCodeAt(0).toString(16).padStart(4,"0")}`);return`__import__('IPython').get_ipython().nbagent_page_settings = __import__('json').loads(${JSON.stringify(t)})`}var tC=s("./node_modules/css-loader/dist/cjs.js!./style/settings.css"),tM={};tM.styleTagTransform=j(),tM.setAttributes=v(),tM.insert=w().bind(null,"head"),tM.domAPI=f(),tM.insertStyleElement=x(),m()(tC.A,tM),tC.A&&tC.A.locals&&tC.A.locals;let tE="nbagent-labextension:settings";async function tz(e,t){let s=new Set,n=new WeakMap,a=null,i=t=>{let s=t.session?.kernel;if(!a||!s||e.serviceManager.kernelspecs.specs?.kernelspecs[s.name]?.language!=="python")return;let i=t$(Object.fromEntries(Object.entries(a.composite).filter(([,e])=>null!=e&&""!==e).map(([e,t])=>[e,"params"===e?Object.fromEntries(Object.entries(t).map(([e,t])=>[e,"string"==typeof t?function(e){try{return JSON.parse(e)}catch{return e}}(t):t])):t])));(n.get(s)??t$({}))!==i&&(n.set(s,i),s.requestExecute({code:i,silent:!0,store_history:!1,allow_stdin:!1,stop_on_error:!1}))};e.docRegistry.addWidgetExtension("Notebook",{createNew:e=>{let t=N(e);t&&(e=>{let{sessionContext:t}=e,a=!1,r=()=>{let e=t.session?.kernel;e&&n.delete(e)};s.add(e),e.disposed.connect(()=>s.delete(e)),t.kernelChanged.connect(()=>{r(),i(t)}),t.statusChanged.connect((e,s)=>{a&&"autorestarting"!==s&&i(t),(a="autorestarting"===s)&&r()}),i(t)})(t)}});let r=()=>s.forEach(e=>i(e.sessionContext));(a=await t.load(tE)).changed.connect(r),r()}let t_={id:"nbagent-labextension:agent-cells",description:"Shows %%agent cells as Markdown",autoStart:!0,requires:[i.IEditorExtensionRegistry,i.IEditorLanguageRegistry],activate:(e,t,s)=>{let n=async()=>(await s.getLanguage("markdown"))?.support??null;t.addExtension({name:"nbagent:agent-cells",factory:()=>{let e,t,s,a;return i.EditorExtensionRegistry.createImmutableExtension((e=new es.Compartment,t=en.ViewPlugin.fromClass(class{decorations=en.Decoration.none;on=!1;constructor(e){this.look(e)}update(e){e.docChanged&&this.look(e.view)}look(t){let s=eo(t.state);this.decorations=s?en.Decoration.set([ea.range(0)]):en.Decoration.none,s!==this.on&&(this.on=s,Promise.resolve(s?n():null).then(n=>{this.on===s&&t.dispatch({effects:e.reconfigure(n?[es.Prec.highest(n),es.Prec.highest(ei)]:s?ei:[])})}))}},{decorations:e=>e.decorations}),s=en.ViewPlugin.fromClass(class{decorations;on;constructor(e){this.on=eo(e.state),this.decorations=this.on?er.createDeco(e):en.Decoration.none}update(e){let t=eo(e.state);t?this.decorations=this.on?er.updateDeco(e,this.decorations):er.createDeco(e.view):this.decorations=en.Decoration.none,this.on=t}},{decorations:e=>e.decorations}),a=en.EditorView.baseTheme({".nba-command":{opacity:"0.75"},".nba-command span:not(.nba-filled-in, .nba-filled-in *)":{color:"inherit !important",fontSize:"inherit",fontStyle:"inherit",fontWeight:"inherit",textDecoration:"none !important"},".nba-filled-in, .nba-filled-in *":{color:"var(--jp-mirror-editor-variable-2-color, #0550ae) !important",fontFamily:"var(--jp-code-font-family, monospace)"}}),[e.of([]),t,es.Prec.lowest(s),a]))}})}},tT={id:"nbagent-labextension:prose-words",description:"Offers no words of the page in the prose of %%agent cells",autoStart:!0,optional:[r.ICompletionProviderManager],activate:(e,t)=>void e.restored.then(()=>t&&function(e){let t=e.getProviders().get("CompletionProvider:context");if(!t)return;let s=t.isApplicable.bind(t);t.isApplicable=async e=>{let t;return t=e.editor?.model.sharedModel.getSource().split("\n",1)[0]??"",!/^\s*%%agent\b/.test(t)&&s(e)}}(t))},tL={id:"nbagent-labextension:actions",description:"Copy, read aloud, retry, insert and continue, under an answer and as commands",autoStart:!0,optional:[a.ICommandPalette],activate:function(e,t){for(let s of(document.addEventListener(E.Ku,t=>{let s=B(e,t.target),n=t.detail;s&&n instanceof Set&&(n.add("retry").add("insert"),null!==G(s)&&n.add("continue"),null!==T(K(s)[s.index],"",[])&&n.add("model"))}),document.addEventListener(E.fg,t=>{let{action:s,text:n}=t.detail??{},a=B(e,t.target);a&&s&&V(e,a,s,String(n??""))}),Object.keys(Y))){let n=`nbagent:${s}-answer`,a={label:Y[s],isEnabled:()=>{var t,n;let a=Z(e);return null!==a&&(t=s,n=a.place,"continue"===t?null!==G(n):"model"!==t||null!==T(K(n)[n.index],"",[]))},execute:()=>{let t=Z(e);t&&V(e,t.place,s,(0,I.ut)(t.state))}};e.commands.addCommand(n,"speak"===s?function(e,t){let s=()=>{let t=H(N(e.shell.currentWidget)?.content.activeCell);return t?"true"===t.getAttribute("aria-pressed"):window.speechSynthesis?.speaking===!0};return{label:()=>s()?"Stop Reading":t.label,isEnabled:()=>s()||t.isEnabled(),execute:()=>s()?void document.dispatchEvent(new CustomEvent(R.T)):t.execute()}}(e,a):a),t?.addItem({command:n,category:Q})}}},tW=new l.LabIcon({name:"nbagent:traces",svgstr:'<svg xmlns="http://www.w3.org/2000/svg" width="24" viewBox="0 0 24 24"><g class="jp-icon3" fill="#616161"><rect x="3" y="4" width="12" height="4" rx="1"/><rect x="7" y="10" width="9" height="4" rx="1"/><rect x="12" y="16" width="9" height="4" rx="1"/></g></svg>'}),tU={id:"nbagent-labextension:traces",description:"Runs of agents, in the right sidebar",autoStart:!0,optional:[a.ICommandPalette,n.ILayoutRestorer],activate:(e,t,s)=>{let n=new tS(e);n.title.icon=tW,e.shell.add(n,"right",{rank:900}),s?.add(n,n.id);let a="nbagent:show-traces";e.commands.addCommand(a,{label:"Show Agent Traces",execute:()=>e.shell.activateById(n.id)}),t?.addItem({command:a,category:Q})}},tI=[t_,tT,{id:"nbagent-labextension:decisions",description:"Carries a paused run on when its saved view is clicked",autoStart:!0,activate:function(e){(0,el.KT)(),document.addEventListener(el.V1,t=>{let s=t.detail,n=(0,el.b5)(s),{target:a}=t,i=B(e,a);null!==n&&null!==i&&eh(e,i,n).then(e=>{null!==e&&a?.dispatchEvent(new CustomEvent(el.ln,{detail:{call_id:s.call_id,why:e}}))})})}},tL,{id:"nbagent-labextension:commands",description:"Cells for agents, stop, and the settings, as commands",autoStart:!0,optional:[a.ICommandPalette],activate:function(e,t){let s=(s,n)=>{e.commands.addCommand(s,n),t?.addItem({command:s,category:Q})},n=()=>{let t=N(e.shell.currentWidget);return t&&t.content.activeCellIndex>=0?{panel:t,index:t.content.activeCellIndex}:null},a=()=>{let e=n();return e&&(0,I.$s)(e.panel.content.activeCell?.model.sharedModel.getSource()??"")?e:null},i=()=>{let t=N(e.shell.currentWidget),s=t?.sessionContext.session?.kernel;return s&&("busy"===s.status||t.node.querySelector(".nba-stop:not([hidden])"))?s:null};s("nbagent:insert-cell",{label:"Insert Agent Cell Below",isEnabled:()=>null!==n(),execute:()=>{let t=n();t&&(F(e,t,[{cell_type:"code",source:"%%agent\n"}]),requestAnimationFrame(()=>J(t.panel.content)))}}),s("nbagent:run-cell",{label:"Run Agent Cell",isEnabled:()=>null!==a(),execute:()=>{let t=a();t&&q(e,t)}}),s("nbagent:stop",{label:"Stop the Running Agent",isEnabled:()=>null!==i(),execute:()=>i()?.interrupt()}),s("nbagent:settings",{label:"nbagent Settings…",isVisible:()=>e.commands.hasCommand("settingeditor:open"),execute:()=>e.commands.execute("settingeditor:open",{query:"nbagent"})})}},{id:"nbagent-labextension:kernels",description:"Ends the live views of a kernel that has ended",autoStart:!0,activate:function(e){e.docRegistry.addWidgetExtension("Notebook",{createNew:e=>{let t=N(e);t?.sessionContext.statusChanged.connect((e,s)=>ep.has(s)&&eu(t)),t?.sessionContext.kernelChanged.connect((e,{oldValue:s})=>s&&eu(t))}})}},tU,{id:tE,description:"Tells the kernels of notebooks what is set in JupyterLab",autoStart:!0,requires:[o.ISettingRegistry],activate:tz}]},"./node_modules/css-loader/dist/cjs.js!./style/chooser.css"(e,t,s){var n=s("./node_modules/css-loader/dist/runtime/noSourceMaps.js"),a=s.n(n),i=s("./node_modules/css-loader/dist/runtime/api.js"),r=(s.n(i))()(a());r.push([e.id,`/* the dialog that asks for another model: JupyterLab's own colours, as its dialogs have */

.nba-choose {
  display: flex;
  flex-direction: column;
  gap: 8px;
  min-width: 0;
  width: min(30em, 75vw);
}

.nba-choose-hint {
  color: var(--jp-ui-font-color1);
  font-size: var(--jp-ui-font-size1);
  line-height: 1.45;
  margin: 0;
}

.nba-choose .nba-choose-input {
  background: var(--jp-input-background);
  border: 1px solid var(--jp-border-color1);
  border-radius: 3px;
  box-sizing: border-box;
  color: var(--jp-ui-font-color0);
  font: var(--jp-ui-font-size1) var(--jp-code-font-family);
  padding: 6px 8px;
  width: 100%;
}

.nba-choose .nba-choose-input::placeholder {
  color: var(--jp-ui-font-color2);
}

.nba-choose .nba-choose-input:focus {
  border-color: var(--jp-brand-color1);
  outline: 1px solid var(--jp-brand-color1);
}

.nba-choose-list {
  border: 1px solid var(--jp-border-color2);
  border-radius: 3px;
  color: var(--jp-ui-font-color1);
  font: var(--jp-ui-font-size1) var(--jp-code-font-family);
  list-style: none;
  margin: 0;
  max-height: 15em;
  overflow-y: auto;
  padding: 0;
}

.nba-choose-option {
  cursor: pointer;
  line-height: 1.5;
  overflow-wrap: anywhere;
  padding: 3px 8px;
}

.nba-choose-option:hover {
  background: var(--jp-layout-color2);
}

.nba-choose-option[aria-selected='true'] {
  background: var(--jp-brand-color1);
  color: var(--jp-ui-inverse-font-color0, #fff);
}
`,""]),s.d(t,{},{A:r})},"./node_modules/css-loader/dist/cjs.js!./style/compared.css"(e,t,s){var n=s("./node_modules/css-loader/dist/runtime/noSourceMaps.js"),a=s.n(n),i=s("./node_modules/css-loader/dist/runtime/api.js"),r=(s.n(i))()(a());r.push([e.id,`/* Two runs side by side. */

.nba-sides {
  display: grid;
  gap: 0.7em;
  grid-template-columns: 1fr 1fr;
}

.nba-side {
  background: var(--c-soft);
  border-radius: 6px;
  min-width: 0;
  padding: 0.5em 0.7em;
}

.nba-side-prompt {
  display: -webkit-box;
  -webkit-box-orient: vertical;
  -webkit-line-clamp: 3;
  margin: 0.25em 0;
  overflow: hidden;
  overflow-wrap: anywhere;
}

.nba-side-doors {
  display: flex;
  flex-wrap: wrap;
  gap: 0.35em;
  margin-top: 0.4em;
}

.nba-compared > h3 {
  margin-bottom: 0.2em;
}

.nba-compared-table {
  overflow: auto hidden;
}

.nba .nba-compared-table table {
  border-collapse: collapse;
  font-size: 0.94em;
  font-variant-numeric: tabular-nums;
  margin: 0;
  width: 100%;
}

.nba .nba-compared-table :is(th, td) {
  background: none;
  border: 0;
  border-bottom: 1px solid var(--c-line);
  font-weight: 400;
  overflow-wrap: anywhere;
  padding: 0.2em 0.5em 0.2em 0;
  text-align: left;
  vertical-align: top;
}

.nba .nba-compared-table :is(thead th, tbody th) {
  color: var(--c-mute);
  overflow-wrap: normal;
}

.nba :is(.nba-steps, .nba-sums) :is(th, td) {
  overflow-wrap: normal;
}

.nba .nba-diff {
  font-family: var(--f-code);
  font-size: 0.88em;
  line-height: 1.5;
  max-height: 32em;
  overflow: auto;
}

.nba-diff-row {
  display: grid;
  gap: 0.4em;
  grid-template-columns: 1fr 1fr;
}

.nba-diff-side {
  border-radius: 3px;
  min-height: 1.5em;
  min-width: 0;
  overflow-wrap: anywhere;
  padding: 0 0.4em;
  white-space: pre-wrap;
}

.nba-diff-side[data-side='a']:not([data-none='true']) {
  background: color-mix(in srgb, var(--c-bad) 9%, transparent);
}

.nba-diff-side[data-side='b']:not([data-none='true']) {
  background: color-mix(in srgb, var(--c-ok) 11%, transparent);
}

.nba .nba-diff del {
  background: color-mix(in srgb, var(--c-bad) 28%, transparent);
  border-radius: 2px;
  text-decoration: none;
}

.nba .nba-diff ins {
  background: color-mix(in srgb, var(--c-ok) 30%, transparent);
  border-radius: 2px;
  text-decoration: none;
}

.nba-diff-gap {
  color: var(--c-mute);
  display: block;
  text-align: center;
}

@container (max-width: 30em) {
  .nba-diff-row {
    gap: 0;
    grid-template-columns: 1fr;
  }

  .nba-diff-row[data-same='true'] > :last-child:not(:only-child),
  .nba-diff-side[data-none='true'] {
    display: none;
  }

  .nba-diff-side[data-side]:not([data-side='same'])::before {
    color: var(--c-mute);
    content: attr(data-side) ' ';
    text-transform: uppercase;
  }
}

@container (max-width: 22em) {
  .nba-sides {
    grid-template-columns: 1fr;
  }
}
`,""]),s.d(t,{},{A:r})},"./node_modules/css-loader/dist/cjs.js!./style/desk.css"(e,t,s){var n=s("./node_modules/css-loader/dist/runtime/noSourceMaps.js"),a=s.n(n),i=s("./node_modules/css-loader/dist/runtime/api.js"),r=(s.n(i))()(a());r.push([e.id,`/* The panel's tabs of tools and sessions: cards below each other, a conversation to read. */

.nba-desk {
  gap: 0.6em;
  overflow: hidden auto;
  padding: 0.6em 0.7em 1.5em;
}

.nba-desk > * {
  flex: none;
}

/* what is looked for stays in sight as one scrolls */
.nba-desk > .nba-filters {
  background: var(--jp-layout-color1, canvas);
  margin: -0.6em -0.7em 0;
  position: sticky;
  top: -0.6em;
  z-index: 1;
}

.nba-desk > .nba-filters:not(:has(> :is(.nba-search, .nba-button):not([hidden]))) {
  display: none;
}

.nba .nba-said-of {
  margin: 0;
  overflow-wrap: anywhere;
}

.nba-said-of:empty {
  display: none;
}

.nba-said-of[data-failed='true'] {
  color: var(--c-bad);
}

.nba .nba-desk > .nba-panel-note {
  padding: 0.4em 0.2em;
}

.nba-things {
  display: grid;
  gap: 0.6em;
  grid-template-columns: minmax(0, 1fr);
}

.nba-thing {
  border: 1px solid var(--c-line);
  border-radius: 8px;
  min-width: 0;
  padding: 0.4em 0.65em 0.55em;
}

.nba-thing[data-on='false'] > :not(.nba-thing-head) {
  opacity: 0.62;
}

.nba-thing-head,
.nba-thing-line {
  align-items: center;
  display: flex;
  flex-wrap: wrap;
  gap: 0.2em 0.6em;
}

.nba-thing-line > h4 {
  flex: 1;
}

.nba .nba-opener {
  align-items: center;
  background: none;
  border: 0;
  color: inherit;
  cursor: pointer;
  display: flex;
  font: inherit;
  gap: 0.35em;
  max-width: 100%;
  min-width: 0;
  padding: 0.15em 0;
}

.nba-opener > code {
  background: none;
  font-family: var(--f-code);
  font-weight: 600;
  overflow-wrap: anywhere;
  text-align: left;
}

.nba-turn {
  border: solid currentcolor;
  border-width: 0 1.5px 1.5px 0;
  flex: none;
  height: 0.42em;
  margin: 0 0.2em;
  transform: rotate(-45deg);
  transition: transform 0.12s;
  width: 0.42em;
}

[aria-expanded='true'] > .nba-turn {
  transform: translateY(-0.1em) rotate(45deg);
}

.nba-thing-place {
  color: var(--c-mute);
  flex: 1 1 auto;
  font-size: 0.88em;
  min-width: 0;
  overflow-wrap: anywhere;
}

.nba-switch {
  align-items: center;
  cursor: pointer;
  display: inline-flex;
  flex: none;
  font-size: 0.88em;
  gap: 0.35em;
  margin-left: auto;
}

.nba-switch > input {
  accent-color: var(--c-brand);
  margin: 0;
}

.nba .nba-thing-brief {
  margin: 0.1em 0 0.45em;
  overflow-wrap: anywhere;
}

.nba .nba-thing-description {
  margin: 0.3em 0;
  white-space: pre-wrap;
}

.nba-thing-line > .nba-control {
  flex: 1 1 10em;
  font-family: inherit;
}

.nba-grants {
  display: grid;
  gap: 0.15em;
  margin-top: 0.35em;
}

.nba-grant {
  display: flex;
  flex-wrap: wrap;
  font-size: 0.9em;
  gap: 0 0.5em;
}

.nba-thing-body {
  border-top: 1px solid var(--c-line);
  display: grid;
  gap: 0.35em;
  grid-template-columns: minmax(0, 1fr);
  margin-top: 0.55em;
  padding-top: 0.4em;
}

.nba .nba-thing-body h4 {
  font-size: 0.92em;
  font-weight: 600;
  margin: 0.3em 0 0;
}

.nba .nba-parameters {
  display: grid;
  gap: 0.25em;
  margin: 0;
}

.nba .nba-parameters > dd {
  margin: 0 0 0.2em 0.9em;
  overflow-wrap: anywhere;
}

.nba-parameters code {
  background: none;
  font-family: var(--f-code);
  overflow-wrap: anywhere;
}

.nba .nba-listing {
  background: var(--c-soft);
  border-radius: 5px;
  color: inherit;
  font-family: var(--f-code);
  font-size: 0.88em;
  line-height: 1.45;
  margin: 0.2em 0 0;
  max-height: 24em;
  overflow: auto;
  padding: 0.45em 0.6em;
  white-space: pre;
}

.nba-session-head,
.nba .nba-session-form {
  display: grid;
  gap: 0.45em;
  grid-template-columns: minmax(0, 1fr);
}

.nba .nba-session-form {
  border: 1px solid var(--c-brand);
  border-radius: 8px;
  margin: 0;
  padding: 0.55em 0.65em;
}

.nba-session-form > p,
.nba .nba-session-facts {
  margin: 0;
  overflow-wrap: anywhere;
}

.nba .nba-session-facts {
  color: var(--c-mute);
  font-variant-numeric: tabular-nums;
}

.nba-session-field {
  display: grid;
  gap: 0.1em;
}

.nba-thing:has(> .nba-session) {
  padding: 0;
}

.nba .nba-button.nba-session {
  border: 0;
  display: grid;
  font: inherit;
  gap: 0.1em;
  overflow-wrap: anywhere;
  padding: 0.5em 0.7em;
  text-align: left;
  width: 100%;
}

.nba .nba-messages {
  display: grid;
  gap: 0.55em;
  grid-template-columns: minmax(0, 1fr);
  list-style: none;
  margin: 0;
  padding: 0;
}

.nba-message {
  border-left: 3px solid var(--c-line);
  contain-intrinsic-size: auto 5em;
  content-visibility: auto;
  display: grid;
  gap: 0.2em;
  grid-template-columns: minmax(0, 1fr);
  padding: 0.1em 0 0.1em 0.6em;
}

.nba-message[data-role='user'] {
  border-left-color: var(--c-brand);
}

.nba-message-head {
  align-items: baseline;
  display: flex;
  flex-wrap: wrap;
  gap: 0 0.6em;
}

.nba-message-head > .nba-hint {
  font-variant-numeric: tabular-nums;
}

.nba .nba-message-head > .nba-button {
  margin-left: auto;
}

.nba .nba-speech {
  background: none;
  color: inherit;
  font-family: inherit;
  font-size: 1em;
  line-height: 1.5;
  margin: 0;
  overflow-wrap: anywhere;
  padding: 0;
  white-space: pre-wrap;
}

.nba-message .nba-listing {
  white-space: pre-wrap;
  word-break: break-word;
}

.nba-message .nba-listing[data-failed='true'] {
  color: var(--c-bad);
}

.nba-message .nba-inner > .nba-summary {
  max-width: 100%;
}

/* the name and the switch on one line, however long the name is */
@container (max-width: 22em) {
  .nba-thing-head {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
  }

  .nba-thing-place {
    grid-column: 1 / -1;
    grid-row: 2;
  }

  .nba-thing-place:empty {
    display: none;
  }
}
`,""]),s.d(t,{},{A:r})},"./node_modules/css-loader/dist/cjs.js!./style/details.css"(e,t,s){var n=s("./node_modules/css-loader/dist/runtime/noSourceMaps.js"),a=s.n(n),i=s("./node_modules/css-loader/dist/runtime/api.js"),r=(s.n(i))()(a());r.push([e.id,`/* All that is known of one span, below the spans of a run. */

.nba-details,
.nba-comparison {
  overflow: auto;
  padding: 0.6em 0.9em 1em;
}

.nba-details {
  border-top: 1px solid var(--c-line);
  flex: 1.4 1 0;
  min-height: 8em;
}

.nba-comparison {
  flex: 1 1 0;
}

.nba-details-head {
  align-items: baseline;
  display: flex;
  flex-wrap: wrap;
  gap: 0.3em 0.7em;
}

.nba-fact-status {
  color: var(--c-mute);
}

.nba-details-head[data-failed='true'] > .nba-fact-status {
  color: var(--c-bad);
}

.nba .nba-details-facts {
  display: grid;
  gap: 0.1em 0.9em;
  grid-template-columns: max-content minmax(0, 1fr);
  margin: 0.5em 0 0.8em;
}

.nba-details-facts > dt {
  color: var(--c-mute);
}

.nba-details-facts > dd {
  font-variant-numeric: tabular-nums;
  margin: 0;
  overflow-wrap: anywhere;
}

.nba-details > h3,
.nba-compared > h3 {
  border-bottom: 1px solid var(--c-line);
  font-size: 1em;
  font-weight: 600;
  margin: 1.1em 0 0.4em;
}

.nba .nba-said {
  margin-top: 0.6em;
}

.nba-said-head {
  align-items: baseline;
  display: flex;
  gap: 0.5em;
  justify-content: space-between;
}

.nba-said-head > h4 {
  color: var(--c-mute);
  font-size: 0.92em;
  font-weight: 500;
  margin: 0 0 0.15em;
}

.nba-panel .nba-button.nba-copy-text {
  background: none;
  border-color: transparent;
  color: var(--c-mute);
  flex: none;
  font-size: 0.85em;
  padding: 0 0.4em;
}

.nba-panel .nba-button.nba-copy-text:is(:hover, :focus-visible) {
  border-color: var(--c-line);
  color: inherit;
}

.nba .nba-said pre {
  background: var(--c-soft);
  border-radius: 4px;
  color: inherit;
  font-size: 0.9em;
  line-height: 1.45;
  margin: 0;
  max-height: 32em;
  overflow: auto;
  padding: 0.4em 0.6em;
  white-space: pre-wrap;
  word-break: break-word;
}

.nba .nba-said .nba-json {
  background: var(--c-soft);
  border-radius: 4px;
  padding: 0.4em 0.6em;
}

.nba-said:is([data-format='text'], [data-format='thought']) pre {
  font-family: var(--jp-content-font-family, inherit);
  font-size: 1em;
}

.nba-said[data-format='thought'] pre {
  color: var(--c-mute);
  font-style: italic;
}

.nba-said[data-role='user'] :is(pre, .nba-json) {
  border-left: 3px solid var(--c-brand);
}

.nba-said[data-role='assistant'] :is(pre, .nba-json) {
  border-left: 3px solid light-dark(#8250df, #c8a2ff);
}

.nba-said[data-role='tool'] :is(pre, .nba-json) {
  border-left: 3px solid light-dark(#1a7f37, #56d364);
}

.nba-said[data-role='system'] :is(pre, .nba-json) {
  border-left: 3px solid var(--c-mute);
}

.nba-said[data-format='error'] > pre {
  color: var(--c-bad);
}

.nba-long:not([data-open='true']) > :first-child {
  mask-image: linear-gradient(#000 70%, transparent);
  max-height: 9.5em !important;
  overflow: hidden !important;
}

.nba-long[data-open='true'] > pre {
  max-height: none !important;
}

.nba-panel .nba-button.nba-more {
  background: none;
  border-color: transparent;
  color: var(--c-brand);
  padding: 0.1em 0.3em;
}

.nba .nba-frames {
  list-style: none;
  margin: 0.4em 0 0;
  padding: 0;
}

.nba .nba-frames > li {
  border-left: 2px solid var(--c-line);
  font-size: 0.92em;
  margin: 0.3em 0;
  padding-left: 0.6em;
}

.nba .nba-frames > li:last-child {
  border-left-color: var(--c-bad);
}

.nba-frame-place {
  color: var(--c-mute);
  font-family: var(--f-code);
}

.nba .nba-frames pre {
  background: none;
  padding: 0;
}

.nba .nba-raw {
  margin-top: 1.1em;
}

.nba-raw > summary {
  cursor: pointer;
  font-weight: 600;
}
`,""]),s.d(t,{},{A:r})},"./node_modules/css-loader/dist/cjs.js!./style/panel.css"(e,t,s){var n=s("./node_modules/css-loader/dist/runtime/noSourceMaps.js"),a=s.n(n),i=s("./node_modules/css-loader/dist/runtime/api.js"),r=(s.n(i))()(a());r.push([e.id,`/* The trace panel in the sidebar: its tabs, filters and runs. Colours are those of run.css, mixed from the page's own. */

.nba-panel-frame {
  background: var(--jp-layout-color1, canvas);
  min-width: 15em;
  overflow: hidden;
}

.nba.nba-panel {
  display: flex;
  flex-direction: column;
  font-family: var(--jp-ui-font-family, system-ui, sans-serif);
  font-size: var(--jp-ui-font-size1, 13px);
  height: 100%;
  line-height: 1.4;
  max-width: none;
  padding: 0;
}

.nba-tabs {
  border-bottom: 1px solid var(--c-line);
  display: flex;
  flex: none;
  gap: 0.2em;
  padding: 0.2em 0.5em 0;
}

.nba .nba-tab {
  background: none;
  border: 0;
  border-bottom: 2px solid transparent;
  color: var(--c-mute);
  cursor: pointer;
  font: inherit;
  padding: 0.35em 0.6em;
}

.nba .nba-tab:hover {
  color: inherit;
}

.nba .nba-tab[aria-selected='true'] {
  border-bottom-color: var(--c-brand);
  color: inherit;
  font-weight: 600;
}

.nba .nba-tab:focus-visible {
  outline: 2px solid var(--c-brand);
  outline-offset: -2px;
}

.nba-tab-panel {
  display: flex;
  flex: 1 1 0;
  flex-direction: column;
  min-height: 0;
}

.nba-scope {
  display: flex;
  flex: none;
  padding: 0.55em 0.7em 0;
}

.nba .nba-scope-choice {
  background: transparent;
  border: 1px solid var(--c-line);
  color: var(--c-mute);
  cursor: pointer;
  flex: 1 1 auto;
  font: inherit;
  margin-left: -1px;
  padding: 0.2em 0.15em;
  white-space: nowrap;
}

.nba .nba-scope-choice:first-child {
  border-radius: 5px 0 0 5px;
  margin-left: 0;
}

.nba .nba-scope-choice:last-child {
  border-radius: 0 5px 5px 0;
}

.nba .nba-scope-choice:hover {
  background: var(--c-soft);
}

.nba .nba-scope-choice[aria-checked='true'] {
  background: var(--c-press);
  color: inherit;
  font-weight: 600;
}

.nba-panel :is(.nba-scope-choice, .nba-zoom, .nba-search, .nba-model, summary):focus-visible {
  outline: 2px solid var(--c-brand);
  outline-offset: -1px;
  position: relative;
}

.nba-filters {
  align-items: center;
  border-bottom: 1px solid var(--c-line);
  display: flex;
  flex: none;
  flex-wrap: wrap;
  gap: 0.4em 0.5em;
  padding: 0.5em 0.7em;
}

.nba-filters > label {
  align-items: center;
  display: inline-flex;
  gap: 0.3em;
}

.nba :is(.nba-search, .nba-model) {
  background: transparent;
  border: 1px solid var(--c-line);
  border-radius: 5px;
  color: inherit;
  font: inherit;
  min-width: 0;
  padding: 0.2em 0.5em;
}

.nba .nba-search {
  flex: 1 1 7em;
}

.nba-found {
  color: var(--c-mute);
  font-size: 0.92em;
  font-variant-numeric: tabular-nums;
}

.nba-found:empty {
  display: none;
}

.nba .nba-model {
  background: var(--jp-layout-color1, canvas);
  flex: 0 1 9em;
}

.nba-panel-head {
  align-items: center;
  display: flex;
  flex: none;
  gap: 0.6em;
  padding: 0.5em 0.7em 0.2em;
}

.nba .nba-back {
  flex: none;
}

.nba-panel-title {
  font-weight: 600;
}

.nba-panel-title,
.nba-run-prompt,
.nba-run-facts,
.nba-run-model,
.nba-marked,
.nba-span-name > :last-child {
  min-width: 0;
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}

.nba-panel-facts {
  color: var(--c-mute);
  flex: none;
  font-size: 0.92em;
  font-variant-numeric: tabular-nums;
  padding: 0 0.8em;
}

.nba-panel-doors {
  border-bottom: 1px solid var(--c-line);
  display: flex;
  flex: none;
  flex-wrap: wrap;
  gap: 0.4em;
  padding: 0.4em 0.7em 0.5em;
}

.nba-way {
  align-items: baseline;
  display: inline-flex;
  flex-wrap: wrap;
  gap: 0.2em 0.5em;
}

.nba-way-word,
.nba .nba-panel-hint {
  color: var(--c-mute);
  font-size: 0.92em;
  margin: 0;
}

.nba .nba-panel-note {
  color: var(--c-mute);
  margin: 0;
  padding: 1em 0.9em;
}

.nba-marks {
  align-items: center;
  background: var(--c-soft);
  border-bottom: 1px solid var(--c-line);
  display: flex;
  flex: none;
  flex-wrap: wrap;
  gap: 0.35em 0.6em;
  padding: 0.45em 0.7em;
}

.nba-marked {
  flex: 1 1 100%;
}

.nba .nba-compare {
  border-color: var(--c-brand);
  color: var(--c-brand);
}

.nba .nba-list {
  contain: strict;
  flex: 1 1 0;
  min-height: 5em;
  overflow: hidden auto;
  position: relative;
}

.nba .nba-list:focus-visible {
  border-radius: 0;
  outline-offset: -2px;
}

.nba-list-row {
  contain: strict;
  cursor: pointer;
  inset: 0 0 auto;
  position: absolute;
}

.nba-list-row:hover {
  background: var(--c-soft);
}

.nba-list-row[aria-selected='true'] {
  background: var(--c-press);
}

.nba-list:focus .nba-list-row[aria-selected='true'] {
  box-shadow: inset 3px 0 var(--c-brand);
}

.nba-list-row:empty::after {
  background: var(--c-soft);
  border-radius: 4px;
  content: '';
  inset: 25% 30% 25% 0.9em;
  position: absolute;
}

.nba-mark {
  display: inline-flex;
  flex: none;
  width: 1.25em;
}

.nba-mark[data-status='ok'] {
  color: var(--c-ok);
}

:is(.nba-mark[data-status='error'], .nba-run[data-failed='true'] .nba-run-facts) {
  color: var(--c-bad);
}

.nba-mark[data-status='paused'] {
  color: var(--c-warn);
}

.nba-run {
  border-bottom: 1px solid var(--c-line);
  display: grid;
  align-content: center;
  line-height: 1.25;
  padding: 0 0.8em;
}

.nba-run > * {
  min-width: 0;
}

.nba-run-line {
  align-items: center;
  display: flex;
  gap: 0.35em;
  min-width: 0;
}

.nba-run-model,
.nba-run-facts,
.nba-run-time,
.nba-span-time {
  color: var(--c-mute);
  font-variant-numeric: tabular-nums;
}

.nba-run-time {
  margin-left: auto;
  white-space: nowrap;
}

.nba-run-agent {
  white-space: nowrap;
}

.nba-run-facts {
  font-size: 0.88em;
}

.nba-run-pick {
  align-items: center;
  border: 1px solid var(--c-line);
  border-radius: 4px;
  display: inline-flex;
  flex: none;
  font-size: 0.82em;
  font-weight: 600;
  height: 1.4em;
  justify-content: center;
  line-height: 1;
  vertical-align: -0.2em;
  width: 1.4em;
}

.nba-run .nba-run-pick {
  margin-left: auto;
}

.nba-run-pick:not(:empty) {
  background: var(--c-brand);
  border-color: transparent;
  color: var(--jp-layout-color1, canvas);
}

.nba-run .nba-run-pick:hover {
  border-color: var(--c-brand);
}

.nba-panel .nba-button {
  font-size: 0.92em;
}
`,""]),s.d(t,{},{A:r})},"./node_modules/css-loader/dist/cjs.js!./style/settings.css"(e,t,s){var n=s("./node_modules/css-loader/dist/runtime/noSourceMaps.js"),a=s.n(n),i=s("./node_modules/css-loader/dist/runtime/api.js"),r=(s.n(i))()(a());r.push([e.id,`/* Our page of JupyterLab's settings: what a list or a table is for stands in it, and JupyterLab says it once more below. */

:has(> * > .field-description[id^='jp-SettingsEditor-nbagent-labextension:settings_']) + .jp-FormGroup-description {
  display: none;
}
`,""]),s.d(t,{},{A:r})},"./node_modules/css-loader/dist/cjs.js!./style/spans.css"(e,t,s){var n=s("./node_modules/css-loader/dist/runtime/noSourceMaps.js"),a=s.n(n),i=s("./node_modules/css-loader/dist/runtime/api.js"),r=(s.n(i))()(a());r.push([e.id,`/* One run in the trace panel: its spans along time. */

.nba-open-run {
  display: flex;
  flex: 1 1 0;
  flex-direction: column;
  min-height: 0;
}

.nba-waterfall {
  --high: calc(var(--rows, 0) * 24px + 30px);

  display: flex;
  flex: 1 1 0;
  flex-direction: column;
  max-height: var(--high);
  min-height: min(9em, var(--high));
}

.nba-axis,
.nba-span {
  align-items: center;
  display: grid;
  gap: 0.5em;
  grid-template-columns: minmax(7em, 42%) minmax(0, 1fr) 4em;
  padding-right: 0.6em;
}

.nba-axis {
  border-bottom: 1px solid var(--c-line);
  flex: none;
  height: 26px;
  overflow: hidden;
  scrollbar-gutter: stable;
}

.nba-waterfall > .nba-list {
  min-height: 0;
  scrollbar-gutter: stable;
}

.nba-zooms {
  display: flex;
  gap: 1px;
  padding-left: 0.4em;
}

.nba .nba-zoom {
  align-items: center;
  background: none;
  border: 0;
  border-radius: 4px;
  color: var(--c-mute);
  cursor: pointer;
  display: inline-flex;
  height: 22px;
  justify-content: center;
  padding: 0;
  width: 24px;
}

.nba .nba-zoom:hover {
  background: var(--c-press);
  color: inherit;
}

.nba-axis-track {
  align-self: stretch;
  cursor: crosshair;
  position: relative;
  touch-action: none;
}

.nba-tick {
  border-left: 1px solid var(--c-line);
  bottom: 0;
  color: var(--c-mute);
  font-size: 0.8em;
  font-variant-numeric: tabular-nums;
  line-height: 1;
  padding: 0 0 0 3px;
  pointer-events: none;
  position: absolute;
  top: 9px;
  user-select: none;
  white-space: nowrap;
}

.nba-tick[data-end='true'] {
  border-left: 0;
  border-right: 1px solid var(--c-line);
  padding: 0 3px 0 0;
  translate: -100%;
}

.nba-axis-stretch {
  background: color-mix(in srgb, var(--c-brand) 25%, transparent);
  inset: 0 auto;
  position: absolute;
}

.nba-waterfall[data-zoomed='true'] .nba-span-track {
  cursor: grab;
  touch-action: pan-y;
}

.nba-span-name {
  align-items: center;
  display: flex;
  min-width: 0;
}

.nba-twist {
  flex: none;
  height: 100%;
  position: relative;
  width: 15px;
}

.nba-twist:not([data-folded='leaf'])::before {
  border: solid currentcolor;
  border-width: 0 1.5px 1.5px 0;
  content: '';
  height: 5px;
  left: 4px;
  opacity: 0.7;
  position: absolute;
  top: calc(50% - 5px);
  transform: rotate(45deg);
  width: 5px;
}

.nba-twist[data-folded='true']::before {
  left: 2px;
  top: calc(50% - 3px);
  transform: rotate(-45deg);
}

.nba-span-name {
  height: 100%;
}

.nba-span-track {
  background: var(--c-soft);
  height: 10px;
  overflow: hidden;
  position: relative;
}

.nba-span-bar {
  --c-bar: var(--c-brand);

  background: color-mix(in srgb, var(--c-bar) 60%, transparent);
  border-radius: 2px;
  height: 100%;
  min-width: 2px;
  overflow: hidden;
  position: absolute;
}

.nba-span-head {
  background: var(--c-bar);
  display: block;
  height: 100%;
}

.nba-span[data-kind='run'] .nba-span-bar {
  --c-bar: light-dark(#777, #aaa);

  height: 6px;
  top: 2px;
}

.nba-span[data-kind='tool'] .nba-span-bar {
  --c-bar: light-dark(#1a7f37, #56d364);
}

/* nothing ran: a person was waited for */
.nba-span[data-kind='wait'] .nba-span-bar {
  --c-bar: var(--c-warn);

  background: repeating-linear-gradient(135deg, var(--c-bar) 0 2px, transparent 2px 6px);
  border: 1px solid var(--c-bar);
  box-sizing: border-box;
}

.nba-span[data-failed='true'] .nba-span-bar {
  --c-bar: var(--c-bad);
}

.nba-span[data-failed='true'] .nba-span-name {
  color: var(--c-bad);
}

.nba-span-time {
  font-size: 0.9em;
  text-align: right;
  white-space: nowrap;
}

@container (max-width: 22em) {
  .nba-axis,
  .nba-span {
    grid-template-columns: minmax(0, 45%) minmax(4em, 1fr);
  }

  .nba-span-time,
  .nba-axis > :last-child {
    display: none;
  }
}

@container (max-width: 17em) {
  .nba-run-model {
    display: none;
  }
}
`,""]),s.d(t,{},{A:r})}}]);