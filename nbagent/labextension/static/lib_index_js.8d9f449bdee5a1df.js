"use strict";(self.rspackChunknbagent_labextension=self.rspackChunknbagent_labextension||[]).push([["lib_index_js"],{"./lib/index.js"(e,t,s){s.r(t),s.d(t,{default:()=>eY});var n=s("webpack/sharing/consume/default/@jupyterlab/application"),i=s("webpack/sharing/consume/default/@jupyterlab/apputils"),a=s("webpack/sharing/consume/default/@jupyterlab/codemirror"),o=s("webpack/sharing/consume/default/@jupyterlab/settingregistry"),r=s("webpack/sharing/consume/default/@jupyterlab/ui-components"),l=s("webpack/sharing/consume/default/@lumino/widgets"),h=s("./lib/core/dom.js");let d="nbagent:models";class c{storage;constructor(e){this.storage=e}models(){try{let e=JSON.parse(this.storage.getItem(d)??"[]");return Array.isArray(e)?e.filter(e=>"string"==typeof e):[]}catch{return[]}}add(e){let t=[e,...this.models().filter(t=>t!==e)].slice(0,8);try{this.storage.setItem(d,JSON.stringify(t))}catch{return}}}var p=s("./node_modules/style-loader/dist/runtime/injectStylesIntoStyleTag.js"),u=s.n(p),m=s("./node_modules/style-loader/dist/runtime/styleDomAPI.js"),b=s.n(m),g=s("./node_modules/style-loader/dist/runtime/insertBySelector.js"),f=s.n(g),w=s("./node_modules/style-loader/dist/runtime/setAttributesWithoutAttributes.js"),v=s.n(w),k=s("./node_modules/style-loader/dist/runtime/insertStyleElement.js"),y=s.n(k),x=s("./node_modules/style-loader/dist/runtime/styleTagTransform.js"),A=s.n(x),j=s("./node_modules/css-loader/dist/cjs.js!./style/chooser.css"),S={};async function C(e,t){let s=new c(window.localStorage),n=new $([...e,...s.models()],t,()=>a.resolve()),a=new i.Dialog({title:"Ask Another Model",body:n,buttons:[i.Dialog.cancelButton(),i.Dialog.okButton({label:"Ask"})],focusNodeSelector:"input"}),{button:o,value:r}=await a.launch();return o.accept&&r?(s.add(r),r):null}S.styleTagTransform=A(),S.setAttributes=v(),S.insert=f().bind(null,"head"),S.domAPI=b(),S.insertStyleElement=y(),u()(j.A,S),j.A&&j.A.locals&&j.A.locals;class $ extends l.Widget{near;kernel;take;input=(0,h.h)("input","nba-choose-input");list=(0,h.h)("ul","nba-choose-list");hint=(0,h.h)("p","nba-choose-hint");known=[];shown=[];active=0;asked="";timer;constructor(e,t,s){for(let[n,i]of(super(),this.near=e,this.kernel=t,this.take=s,this.addClass("nba-choose"),this.list.id="nba-choose-list",this.list.setAttribute("role","listbox"),this.list.setAttribute("aria-label","Models"),this.input.type="text",this.input.spellcheck=!1,this.input.placeholder="provider:model",this.hint.id="nba-choose-hint",this.hint.textContent="The prompt is asked again in a cell below, in a conversation of its own; this answer stays.",Object.entries({role:"combobox",autocomplete:"off","aria-label":"Model","aria-expanded":"true","aria-controls":this.list.id,"aria-autocomplete":"list","aria-describedby":this.hint.id})))this.input.setAttribute(n,i);this.input.addEventListener("input",()=>this.typed()),this.input.addEventListener("keydown",e=>this.key(e)),this.node.append(this.hint,this.input,this.list),this.draw(),this.ask("")}getValue(){return this.shown[this.active]??this.input.value.trim()}dispose(){clearTimeout(this.timer),super.dispose()}typed(){this.active=0,this.draw(),clearTimeout(this.timer),this.timer=setTimeout(()=>void this.ask(this.input.value.trim()),150)}async ask(e){if(!this.kernel||/[\s'"]/.test(e))return;let t=e.includes(":")?e.slice(0,e.indexOf(":")+1):"",s=`%%agent -m ${t}`;if(s===this.asked)return;this.asked=s;let{content:n}=await this.kernel.requestComplete({code:s,cursor_pos:s.length});if(this.isDisposed||"ok"!==n.status)return;let i=s.slice(11,n.cursor_start),a=n.matches.map(e=>i+e).filter(e=>"local:"===e||!/:$|^-/.test(e));this.known=[...new Set([...this.known,...a])],this.draw()}key(e){let t={ArrowDown:1,ArrowUp:-1,PageDown:8,PageUp:-8}[e.key];void 0!==t&&this.shown.length&&(e.preventDefault(),e.stopPropagation(),this.mark(Math.min(Math.max(this.active+t,0),this.shown.length-1)))}draw(){var e,t;let s,n,i;this.shown=(e=[...this.near,...this.known],s=(t=this.input.value.trim()).toLowerCase().split(/\s+/).filter(Boolean),n=[...new Set(e)].filter(e=>s.every(t=>e.toLowerCase().includes(t))),i=e=>e===t?0:e.toLowerCase().startsWith(s[0]??"")?1:2,n.sort((e,t)=>i(e)-i(t)).slice(0,100)),this.list.replaceChildren(...this.shown.map((e,t)=>{let s=(0,h.h)("li","nba-choose-option",e);return s.id=`nba-choose-${t}`,s.setAttribute("role","option"),s.addEventListener("pointerdown",e=>e.preventDefault()),s.addEventListener("click",()=>{this.mark(t),this.take()}),s})),this.list.hidden=!this.shown.length,this.mark(Math.min(this.active,Math.max(this.shown.length-1,0)))}mark(e){this.active=e,[...this.list.children].forEach((t,s)=>t.setAttribute("aria-selected",String(s===e))),this.list.children[e]?.scrollIntoView({block:"nearest"}),this.shown.length?this.input.setAttribute("aria-activedescendant",`nba-choose-${e}`):this.input.removeAttribute("aria-activedescendant")}}var E=s("./lib/core/actions.js"),M=s("./lib/core/line.js");let _=new Set(["-m","--model","--session","--fork","--new","-o","--out","--record","--replay","--dry-run"]);function I(e,t,s){let n=M.mS.exec(e);if(!n)return null;let[,i,a=""]=n,o=null,r=0,l=[],h=e.slice(n.index+n[0].length).replace(/^\r?\n/,"");for(let{option:e,words:t,at:s}of(0,M.fF)(a)){if("--resume"===e)return null;if(""===e){if("%agent"===i){h=a.slice(s);break}0==r++&&(o??=t[0])}else"--session"===e?o=t.at(-1).replace(/^--session=/,""):"--fork"===e?o=t.at(-1).replace(/^--fork=/,""):_.has(e)||l.push(...t)}let d=o??"main";return`${["%%agent",function(e,t){let s=e.replace(/-\d+$/,"").replace(/[^\w-]+/g,"")||"other",n=new Set(t.flatMap(e=>e.match(M.f7)??[])),i=2;for(;n.has(`${s}-${i}`);)i++;return`${s}-${i}`}(d,s),"--fork",d,"-m",T(t),...l].join(" ")}
${h}`}let T=e=>/^[\w./:@+-]+$/.test(e)?e:`'${e.replace(/'/g,"'\"'\"'")}'`;function L(e){return[...new Set(e.flatMap(e=>{let[,,t=""]=M.mS.exec(e)??[];return(0,M.fF)(t).flatMap(({option:e,words:t})=>"-m"===e||"--model"===e?[t.at(-1).replace(/^(?:-m|--model)=/,"").replace(/^(['"])(.*)\1$/,"$2")]:[])}).reverse())].filter(e=>!e.includes("{{"))}var U=s("./lib/core/answer.js"),W=s("./lib/core/saved.js"),D=s("./lib/mime-type.js");function O(e){return e?.content&&"widgets"in e.content&&"activeCellIndex"in e.content&&e.sessionContext?e:null}function N(e,t){if(!(t instanceof Node))return null;for(let s of e.shell.widgets("main")){let e=s.node.contains(t)?O(s):null,n=e?e.content.widgets.findIndex(e=>e.node.contains(t)):-1;if(e&&n>=0)return{panel:e,index:n}}return null}function P(e,{panel:t,index:s}){e.shell.activateById(t.id),t.content.activeCellIndex=s,t.content.deselectAll()}async function z(e,t){P(e,t),await e.commands.execute("notebook:run-cell")}function B(e,{panel:t,index:s},n){let i=n.map(e=>({...e,metadata:"code"===e.cell_type?{trusted:!0}:{}}));t.content.model?.sharedModel.insertCells(s+1,i),P(e,{panel:t,index:s+1})}function F(e){e.mode="edit";let t=e.activeCell?.model.sharedModel.getSource().split("\n")??[],s=e.activeCell?.editor;s?.focus(),s?.setCursorPosition({line:t.length-1,column:t.at(-1)?.length??0})}let R="nbagent",J={copy:"Copy the Answer",retry:"Run the Prompt Again",model:"Ask Another Model…",insert:"Insert the Answer as Cells Below",continue:"Continue the Conversation Below"},q=({panel:e})=>e.content.widgets.map(e=>e.model.sharedModel.getSource());async function H(e,t){let s=q(t),n=s.slice(0,t.index+1).reverse(),i=L(n.slice(0,1)),a=[...L([...n].reverse()),...L(s)].filter(e=>!i.includes(e)),o=await C(a,t.panel.sessionContext.session?.kernel??null),r=o&&I(n[0],o,s);r&&!t.panel.isDisposed&&(B(e,t,[{cell_type:"code",source:r}]),await z(e,{...t,index:t.index+1}))}function V(e,t,s,n){let i="continue"===s?Q(t):null;"copy"===s?navigator.clipboard?.writeText(n):"retry"===s?z(e,t):"model"===s?H(e,t):"insert"===s&&n?B(e,t,(0,U.Sd)(n)):null!==i&&(B(e,t,[{cell_type:"code",source:`${i}
`}]),requestAnimationFrame(()=>F(t.panel.content)))}function Q({panel:e,index:t}){let[s="",...n]=e.content.widgets.slice(0,t+1).map(e=>e.model.sharedModel.getSource()).reverse(),i=(0,U.B$)(s);return null===i&&/--resume\b/.test(s)?n.map(U.B$).find(e=>null!==e)??null:i}function Y(e){let t=O(e.shell.currentWidget),s=t?.content.activeCell?.model.type==="code"?t.content.activeCell.model.toJSON().outputs:null;if(!t||!Array.isArray(s))return null;for(let e of s){let s=(0,W.u)(e?.data?.[D.x]);if(s)return{place:{panel:t,index:t.content.activeCellIndex},state:s}}return null}var G=s("webpack/sharing/consume/default/@codemirror/state"),K=s("webpack/sharing/consume/default/@codemirror/view");let Z=/^\s*%%agent\b/,X=K.Decoration.line({class:"nba-command",attributes:{spellcheck:"false"}}),ee=K.EditorView.contentAttributes.of({spellcheck:"true"}),et=new K.MatchDecorator({regexp:/\{\{.*?\}\}|\{%.*?%\}/g,decoration:K.Decoration.mark({class:"nba-filled-in",attributes:{spellcheck:"false"}})}),es=e=>Z.test(e.doc.line(1).text);var en=s("./lib/core/later.js");class ei{hears;notebook=null;kernel=null;comm=null;seen="";open=!1;constructor(e){this.hears=e}ask(e){this.comm&&!this.comm.isDisposed&&this.comm.send(e)}follow(e){e!==this.notebook&&(this.notebook?.sessionContext.kernelChanged.disconnect(this.connect,this),this.notebook?.sessionContext.statusChanged.disconnect(this.status,this),this.notebook=e,e?.sessionContext.kernelChanged.connect(this.connect,this),e?.sessionContext.statusChanged.connect(this.status,this),this.connect())}begin(){this.open=!0,this.connect()}end(){this.open=!1,this.disconnect()}status(e,t){"restarting"===t||"autorestarting"===t?this.lose("The kernel starts again …"):"dead"===t?this.lose("The kernel is dead. Start it again to see its runs."):"idle"!==t||this.comm||this.connect()}lose(e){this.seen="",this.disconnect(),this.open&&this.hears.clear(e)}connect(){let e=this.notebook?.sessionContext.session?.kernel??null;if(!this.open||this.comm&&e===this.kernel)return;if(this.disconnect(),!e)return this.lose(this.notebook?"This notebook has no kernel: its runs are shown when it has one.":"Open a notebook to see its runs.");this.kernel=e,this.seen===e.id?this.hears.resume():this.hears.clear("Asking the kernel …"),this.seen=e.id;let t=e.createComm("nbagent.panel");this.comm=t,t.onMsg=e=>{this.comm===t&&this.hears.take(e.content.data)},t.onClose=()=>{this.comm===t&&(this.comm=null,this.seen="",this.hears.clear("This kernel has not loaded nbagent. Run %load_ext nbagent to see its runs."))},t.open({})}disconnect(){let e=this.comm;this.comm=null,e&&!e.isDisposed&&this.kernel&&!this.kernel.isDisposed&&e.close(),this.kernel=null}}var ea=s("./lib/core/json.js");let eo=e=>"error"===e.status||(e.n_errors??0)>0,er=(e,...t)=>{let s=e.text.toLowerCase().split(/\s+/).filter(Boolean),n=t.join("\n").toLowerCase();return s.every(e=>n.includes(e))},el=e=>"number"==typeof e&&Number.isFinite(e)?e:null,eh=e=>"string"==typeof e?e:null,ed={ok:"ok",error:"error",cancelled:"cancelled",paused:"pending"},ec=(e,t)=>null===e&&null===t?"":`${(0,h.U9)(e??0)} → ${(0,h.U9)(t??0)}`;function ep(e,t){e.dataset.status!==t&&(e.dataset.status=t,e.replaceChildren((0,h.Kk)(ed[t]??"")))}function eu(e,t){if(!e.firstChild){let t=(0,h.h)("div","nba-run-line",(0,h.h)("span","nba-mark"),(0,h.h)("b","nba-run-agent"),(0,h.h)("span","nba-run-model"),(0,h.h)("span","nba-run-time"));e.append(t,(0,h.h)("div","nba-run-prompt"),(0,h.h)("div","nba-run-facts")),e.classList.add("nba-run")}let[s,n,i,a]=[...e.children[0].children],o="ok"===t.status&&eo(t)?"ok, with errors":t.status;ep(s,t.status),e.dataset.failed=String(eo(t)),(0,h.cv)(n,t.agent),(0,h.cv)(i,t.model),(0,h.cv)(a,null===t.duration?"":(0,h.YA)(t.duration)),(0,h.cv)(e.children[1],t.prompt||"(no prompt)");let r=[null===t.count?"":`[${t.count}]`,new Date(1e3*t.at).toLocaleTimeString([],{hour:"2-digit",minute:"2-digit",second:"2-digit"}),ec(t.input,t.output),(0,h.TG)(t.cost,"")].filter(Boolean).join(" \xb7 ");(0,h.cv)(e.children[2],r),e.title=`${o}${t.error?`
${t.error}`:""}
${t.prompt}`,e.setAttribute("aria-label",`${t.agent}, ${t.model}, ${o}, ${null===t.duration?"":(0,h.YA)(t.duration)}: ${t.prompt}`)}let em={run:"run of",chat:"model call",tool:"tool"},eb=0;class eg{rows;el=(0,h.jQ)((0,h.h)("div","nba-list"));space=(0,h.h)("div","nba-list-space");items=[];drawn=new Map;active=null;id=`nba-list-${++eb}`;frame=0;constructor(e){this.rows=e,this.el.tabIndex=0,this.el.setAttribute("role",e.role),this.el.setAttribute("aria-label",e.label),this.space.setAttribute("role","presentation"),this.el.append(this.space),this.el.addEventListener("scroll",()=>this.soon(),{passive:!0}),this.el.addEventListener("keydown",e=>this.pressed(e)),this.space.addEventListener("click",t=>{let s=t.target.closest("[data-key]")?.dataset.key,n=this.items.findIndex(t=>e.key(t)===s);n>=0&&this.go(n,!0)})}get selected(){return this.items.find(e=>this.rows.key(e)===this.active)}show(e){this.items=e,e.some(e=>this.rows.key(e)===this.active)||(this.active=e.length?this.rows.key(e[0]):null),this.space.style.height=`${e.length*this.rows.height}px`,this.draw()}draw(){this.frame=0;let e=Math.max(0,Math.floor(this.el.scrollTop/this.rows.height)-8),t=Math.min(this.items.length,Math.ceil((this.el.scrollTop+(this.el.clientHeight||600))/this.rows.height)+8),s=this.items.slice(e,t).map((t,s)=>({item:t,at:e+s,key:this.rows.key(t)})),n=new Set(s.map(e=>e.key));for(let[e,t]of this.drawn)n.has(e)||(t.remove(),this.drawn.delete(e));for(let[e,{item:t,at:n,key:i}]of s.entries()){let s=this.drawn.get(i);s||((s=(0,h.h)("div","nba-list-row")).dataset.key=i,s.setAttribute("role","tree"===this.rows.role?"treeitem":"option"),this.drawn.set(i,s)),this.space.children[e]!==s&&this.space.insertBefore(s,this.space.children[e]??null),s.id=`${this.id}-${n}`,s.style.transform=`translateY(${n*this.rows.height}px)`,s.style.height=`${this.rows.height}px`,s.setAttribute("aria-posinset",String(n+1)),s.setAttribute("aria-setsize",String(this.items.length)),s.setAttribute("aria-selected",String(i===this.active)),this.rows.draw(s,t)}let i=this.items.findIndex(e=>this.rows.key(e)===this.active);i>=e&&i<t?this.el.setAttribute("aria-activedescendant",`${this.id}-${i}`):this.el.removeAttribute("aria-activedescendant")}soon(){this.frame||=requestAnimationFrame(()=>this.draw())}go(e,t=!1){let s=this.items[Math.max(0,Math.min(e,this.items.length-1))];if(!s)return;this.active=this.rows.key(s);let n=this.items.indexOf(s)*this.rows.height,i=n+this.rows.height-this.el.clientHeight;this.el.scrollTop>n?this.el.scrollTop=n:this.el.scrollTop<i&&(this.el.scrollTop=i),this.draw(),t&&this.rows.choose(s)}pressed(e){let t=this.items.findIndex(e=>this.rows.key(e)===this.active),s=Math.max(1,Math.floor(this.el.clientHeight/this.rows.height)-1),n={ArrowDown:t+1,ArrowUp:t-1,PageDown:t+s,PageUp:t-s,Home:0,End:this.items.length-1}[e.key];if(void 0!==n)this.go(n);else if("Enter"===e.key||" "===e.key)this.go(t,!0);else{if("Escape"!==e.key||!this.rows.leave)return;this.rows.leave()}e.preventDefault(),e.stopPropagation()}}class ef{link;jump;id="runs";label="Runs";el=(0,h.h)("div","nba-runs");search=(0,h.h)("input","nba-search");model=(0,h.h)("select","nba-model");errors=(0,h.h)("input");note=(0,h.h)("p","nba-panel-note");title=(0,h.h)("span","nba-panel-title");back=(0,h.h)("button","nba-button nba-back","‹ Runs");head=(0,h.h)("div","nba-panel-head",this.back,this.title);details=(0,h.h)("div","nba-details");runs=[];open=null;spans=[];tree=[];span=null;whole=0;asked=0;why="";again=!1;when=0;heard=0;list=new eg({role:"listbox",label:"Runs",height:52,key:e=>e.run,draw:eu,choose:e=>this.enter(e)});waterfall=new eg({role:"tree",label:"Spans of the run",height:24,key:e=>e.id,draw:(e,t)=>(function(e,t,s){let n,i,a,o;e.firstChild||(e.append((0,h.h)("span","nba-span-name",(0,h.h)("span","nba-mark"),(0,h.h)("span")),(0,h.h)("span","nba-span-track",(0,h.h)("span","nba-span-bar",(0,h.h)("span","nba-span-head"))),(0,h.h)("span","nba-span-time")),e.classList.add("nba-span"));let[r,l,d]=[...e.children];e.dataset.kind=t.kind,e.dataset.failed=String("error"===t.status),e.setAttribute("aria-level",String(t.depth+1)),r.style.paddingLeft=`${12*Math.min(t.depth,12)+4}px`,ep(r.children[0],t.status),(0,h.cv)(r.children[1],t.name);let{left:c,width:p,head:u}=(n=Math.max(s,1e-9),i=Math.min(100,100*t.start/n),o=Math.min(100-i,100*(a=t.duration??Math.max(0,s-t.start))/n),{left:i,width:o,head:null!==t.ttft&&a>0?Math.min(100,100*t.ttft/a):0}),m=l.firstElementChild;m.style.left=`min(${c.toFixed(3)}%, 100% - 2px)`,m.style.width=`${p.toFixed(3)}%`,m.firstElementChild.style.width=`${u.toFixed(2)}%`;let b=null===t.duration?"running"===t.status?"…":"":(0,h.YA)(t.duration);(0,h.cv)(d,b);let g=[`${em[t.kind]} ${t.name}`,t.status,b,null===t.ttft?"":`first token ${(0,h.YA)(t.ttft)}`,ec(t.input,t.output),t.error??""];e.title=g.filter(Boolean).join("\n"),e.setAttribute("aria-label",g.filter(Boolean).join(", "))})(e,t,this.whole),choose:e=>this.look(e.id),leave:()=>null===this.span?this.leave():this.look(null)});constructor(e,t){for(let[s,n]of(this.link=e,this.jump=t,this.search.type="search",this.search.placeholder="Filter",this.search.setAttribute("aria-label","Filter by text"),this.model.setAttribute("aria-label","Filter by model"),this.errors.type="checkbox",this.back.type="button",this.details.setAttribute("role","region"),this.details.setAttribute("aria-label","Details of the span"),[[this.search,"input"],[this.model,"change"],[this.errors,"change"]]))s.addEventListener(n,()=>this.draw());this.back.addEventListener("click",()=>this.leave()),this.details.addEventListener("keydown",e=>{"Escape"===e.key&&(e.stopPropagation(),this.look(null),this.waterfall.el.focus())});let s=(0,h.h)("div","nba-filters",this.search,this.model,(0,h.h)("label","",this.errors,"Errors"));this.el.append(s,this.head,this.note,this.list.el,this.waterfall.el,this.details),this.clear("")}clear(e){this.runs=[],this.asked=0,this.again=!1,this.open=null,this.span=null,this.spans=[],this.tree=[],this.why=e,this.draw()}resume(){this.asked=0,this.again=!1,this.draw()}shown(e){e&&!this.why&&this.refresh()}take(e){let t=e??{};if(this.why="","changed"===t.t)this.refresh();else if("span"===t.t&&t.id===this.span)this.drawDetails(t.span);else if("runs"===t.t){var s;this.runs=(Array.isArray(s=t.runs)?s:[]).flatMap(e=>null===eh(e?.run)?[]:[{run:eh(e.run),agent:eh(e.agent)??"",model:eh(e.model)??"",status:eh(e.status)??"",at:el(e.at)??0,duration:el(e.duration),input:el(e.input)??0,output:el(e.output)??0,cost:el(e.cost),prompt:eh(e.prompt)??"",cell:eh(e.cell),count:el(e.count),n_errors:el(e.n_errors)??0,error:eh(e.error)}]),this.open&&(this.open=this.runs.find(e=>e.run===this.open.run)??this.open),this.answered()}else"run"===t.t&&t.run===this.open?.run&&(function(e,t){let s=!1;for(let n of Array.isArray(t)?t:[]){let t=Array.isArray(n)?el(n[0]):null;if(null===t||t>e.length||null===eh(n[1]))continue;let[,i,a,o,r,l,h,d,c,p,u,m,b,g]=n;e[t]={place:t,id:i,parent:eh(a),kind:"chat"===o||"tool"===o?o:"run",name:eh(r)??"",start:el(l)??0,duration:el(h),ttft:el(d),status:eh(c)??"",input:el(p),output:el(u),cost:el(m),model:eh(b),error:eh(g),depth:0},s=!0}return s}(this.spans,t.rows)&&(this.tree=function(e){let t=new Set(e.map(e=>e.id)),s=new Map;for(let n of e){let e=null!==n.parent&&n.parent!==n.id&&t.has(n.parent)?n.parent:null,i=s.get(e);i?i.push(n):s.set(e,[n])}let n=[],i=(s.get(null)??[]).map(e=>({row:e,depth:0})).reverse();for(;i.length;){let{row:e,depth:t}=i.pop();for(let a of(e.depth=t,n.push(e),(s.get(e.id)??[]).toReversed()))i.push({row:a,depth:t+1})}return n}(this.spans)),this.whole="number"==typeof t.now?t.now:this.whole,this.heard=performance.now(),this.answered())}refresh(){if(this.asked>0&&performance.now()-this.when<5e3){this.again=!0;return}if(this.asked=this.open?2:1,this.when=performance.now(),this.link.ask({t:"runs"}),!this.open)return;let e=this.spans.filter(e=>null===e.duration&&"running"===e.status).map(e=>e.place);this.link.ask({t:"run",run:this.open.run,have:this.spans.length,still:e}),null!==this.span&&this.spans.find(e=>e.id===this.span)?.status==="running"&&this.link.ask({t:"span",span:this.span})}tick(){if(this.open?.status!=="running"||!this.heard)return;let e=performance.now();this.whole+=(e-this.heard)/1e3,this.heard=e,this.waterfall.draw()}answered(){this.asked=Math.max(0,this.asked-1),this.draw(),!this.asked&&this.again&&(this.again=!1,this.refresh())}enter(e){this.open=e,this.heard=0,this.spans=[],this.tree=[],this.span=null,this.asked=0,this.draw(),this.waterfall.el.focus(),this.refresh()}leave(){this.open=null,this.span=null,this.asked=0,this.draw(),this.list.el.focus(),this.refresh()}look(e){this.span=e,null!==e?this.link.ask({t:"span",span:e}):this.details.replaceChildren(),this.draw()}drawDetails(e){e?function(e,t,s){let n,i=(0,h.h)("div","nba-details-head",(0,h.h)("b","",`${em[t.kind]??t.kind} ${t.name}`),(0,h.h)("span","nba-fact-status",t.status));if(i.dataset.failed=String("error"===t.status),s){let e=(0,h.h)("button","nba-button nba-jump",null===t.count?"Go to the cell":`Go to cell [${t.count}]`);e.type="button",e.addEventListener("click",s),i.append(e)}let a=(0,h.h)("dl","nba-details-facts",...t.facts.flatMap(([e,t])=>[(0,h.h)("dt","",e),(0,h.h)("dd","",t)])),o=[];for(let e of t.sections){var r;e.group&&e.group!==n&&o.push((0,h.h)("h3","",e.group)),n=e.group;let t=(0,h.h)("pre","","json"===e.format?(r=e.text,/^\s*[{[]/.test(r)?(0,ea.j9)(r):r):e.text);t.tabIndex=0;let s=(0,h.h)("section","nba-said",(0,h.h)("h4","",e.title),t);s.dataset.format=e.format,o.push(s)}e.replaceChildren(i,a,...o)}(this.details,e,e.cell?this.jump(e.cell):null):this.details.replaceChildren((0,h.h)("p","nba-panel-note","This span is no longer in the kernel."))}draw(){let e,t={text:this.search.value.trim(),model:this.model.value,errors:this.errors.checked},s=[...new Set(this.runs.flatMap(e=>e.model?e.model.split(", "):[]))].sort();[...this.model.options].slice(1).map(e=>e.value).join("\n")===s.join("\n")&&this.model.options.length||(this.model.replaceChildren(new Option("All models",""),...s.map(e=>new Option(e,e))),this.model.value=s.includes(t.model)?t.model:"");let n=(e=this.runs,e.filter(e=>(!t.model||e.model.split(", ").includes(t.model))&&(!t.errors||eo(e))&&er(t,e.agent,e.model,e.prompt,e.error,e.status))),i=this.why||(this.open?"":this.runs.length?n.length?"":"No run fits the filter.":"No runs in this kernel yet. They show here as %%agent cells run.");this.note.textContent=i,(0,h.WU)(this.note,""!==i),(0,h.WU)(this.head,null!==this.open),(0,h.WU)(this.list.el,null===this.open&&""===i),(0,h.WU)(this.waterfall.el,null!==this.open),(0,h.WU)(this.details,null!==this.open&&null!==this.span),this.open?(this.title.textContent=this.open.prompt||this.open.agent,this.title.title=this.open.prompt,this.waterfall.show(function(e,t){if(!t.text&&!t.model&&!t.errors)return e;let s=new Map(e.map(e=>[e.id,e])),n=new Set;for(let i of e)if((!t.model||i.model===t.model)&&(!t.errors||eo(i))&&er(t,i.name,i.kind,i.error,i.status))for(let e=i;e&&!n.has(e);e=e.parent?s.get(e.parent):void 0)n.add(e);return e.filter(e=>n.has(e))}(this.tree,t))):""===i&&this.list.show(n)}}let ew={user:"You",assistant:"Assistant",tool:"Tools",system:"System"},ev=e=>"string"==typeof e?e:"",ek=e=>"number"==typeof e&&Number.isFinite(e)?e:null,ey=e=>Array.isArray(e)?e:[],ex=e=>ey(e).flatMap(e=>{let t="object"!=typeof e||null===e||Array.isArray(e)?null:e;return t?[t]:[]});class eA{page;id="sessions";label="Sessions";el=(0,h.h)("div","nba-desk");note=(0,h.h)("p","nba-panel-note");said=(0,h.h)("p","nba-said-of");list=(0,h.h)("div","nba-things");load=(0,h.x6)("Load…","",()=>this.ask("Load a session from a file",[["File",""],["Name (optional)",""]],"Load",([e,t])=>this.act("load",t??"",{path:e})));back=(0,h.x6)("‹ Sessions","nba-back",()=>this.leave());title=(0,h.h)("b","nba-panel-title");facts=(0,h.h)("p","nba-session-facts");reset=(0,h.x6)("Reset…","",()=>this.ask(`Forget its ${(0,h.U9)(this.row?.messages??0)} messages? They stay in session.replaced.`,[],"Reset",()=>this.act("reset",this.open??"",{})));save=(0,h.x6)("Save…","",()=>this.ask("Save to a file",[["File",`${this.open}.json`]],"Save",([e])=>this.act("save",this.open??"",{path:e})));head=(0,h.h)("div","nba-session-head",(0,h.h)("div","nba-thing-line",this.back,this.title),this.facts,(0,h.h)("div","nba-buttons",this.reset,this.save));form=(0,h.jQ)((0,h.h)("form","nba-session-form"));messages=(0,h.h)("ol","nba-messages");more=(0,h.x6)("More","",()=>this.read(this.known.length));rows=[];open=null;known=[];total=0;why="";visible=!1;constructor(e){this.page=e,this.list.setAttribute("role","list"),this.list.setAttribute("aria-label","Sessions"),this.messages.setAttribute("aria-label","Conversation"),this.said.setAttribute("role","status"),this.el.append((0,h.h)("div","nba-desk-head",this.load),this.said,this.form,this.note,this.list,this.head,this.messages,this.more),this.el.addEventListener("keydown",e=>{"Escape"!==e.key||null===this.open&&this.form.hidden||(e.stopPropagation(),this.form.hidden?this.leave():this.cancel())}),this.clear("")}shown(e){this.visible=e,e&&this.refresh()}clear(e){this.why=e,this.rows=[],this.open=null,this.known=[],this.messages.replaceChildren(),(0,h.cv)(this.said,""),(0,h.WU)(this.form,!1),this.draw()}resume(){this.visible&&this.refresh()}take(e){let{t,...s}=e??{};"sessions"===t?(this.why="",this.rows=ex(s.sessions).flatMap(e=>ev(e.name)?[{name:ev(e.name),agent:ev(e.agent),model:ev(e.model),messages:ek(e.messages)??0,pending:ey(e.pending).map(ev),input:ek(e.input)??0,output:ek(e.output)??0,cost:ek(e.cost),busy:!0===e.busy,granted:ey(e.granted).map(ev)}]:[]),null===this.open||this.row||(this.open=null),this.draw()):"session"===t&&s.name===this.open?this.transcript(s):"session-done"===t?((0,h.cv)(this.said,String(s.error??s.text??"")),this.said.dataset.failed=String(void 0!==s.error),"string"==typeof s.open&&this.enter(s.open),this.refresh()):("sessions-changed"===t||"changed"===t)&&this.visible&&this.refresh()}get row(){return this.rows.find(e=>e.name===this.open)}refresh(){this.page.ask({t:"sessions"}),null!==this.open&&this.read(0)}read(e){this.page.ask({t:"session",name:this.open,from:e})}transcript(e){let t=ex(e.messages).map(e=>({at:ek(e.at)??0,role:ev(e.role),model:ev(e.model)||null,input:ek(e.input),output:ek(e.output),parts:ex(e.parts).map(e=>({title:ev(e.title),text:ev(e.text),format:ev(e.format)}))})),s="number"==typeof e.from?e.from:0,n=s&&s===this.known.length?this.known:[],i=0===s&&JSON.stringify(this.known.slice(0,t.length))===JSON.stringify(t)?this.known.slice(t.length):[];for(this.known=[...n,...t,...i],this.total="number"==typeof e.total?e.total:this.known.length,this.known.forEach((e,t)=>{var s;let n,i,a,o,r=JSON.stringify(e),l=this.messages.children[t];if(l?.dataset.key===r)return;let d=(s=()=>this.fork(e.at+1),n=ew[e.role]??e.role,i=[e.model??"",null===e.output?"":`${(0,h.U9)(e.input??0)} → ${(0,h.U9)(e.output)}`].filter(Boolean).join(" \xb7 "),(a=(0,h.x6)("Fork from here","nba-quiet",s)).setAttribute("aria-label",`Fork from message ${e.at+1}`),(o=(0,h.h)("li","nba-message",(0,h.h)("div","nba-message-head",(0,h.h)("b","",n),(0,h.h)("span","nba-hint",i),a),...e.parts.map(t=>(function(e,t){let s="text"===t.format&&t.title===e,n="json"===t.format&&/^\s*[{[]/.test(t.text)?(0,ea.j9)(t.text):t.text,i=(0,h.h)("pre",s?"nba-speech":"nba-listing",n);if("error"===t.format&&(i.dataset.failed="true"),s&&n.length<=1200)return i;i.tabIndex=0;let a=(0,h.jQ)((0,h.h)("summary","nba-summary",s?`${(0,h.U9)(n.length)} characters: ${n.slice(0,160).replace(/\s+/g," ")} …`:t.title));return s||a.append((0,h.h)("span","nba-brief",n.slice(0,120).replace(/\s+/g," "))),(0,h.h)("details","nba-inner",a,i)})(e.role,t)))).dataset.role=e.role,o);d.dataset.key=r,l?l.replaceWith(d):this.messages.append(d)});this.messages.children.length>this.known.length;)this.messages.lastElementChild.remove();this.draw()}fork(e){let t=function(e,t){let s=e.replace(/-\d+$/,"");for(let e=2;;e++)if(!t.includes(`${s}-${e}`))return`${s}-${e}`}(this.open??"session",this.rows.map(e=>e.name));this.ask(`Go on from message ${e} in a session of its own`,[["Name",t]],"Fork",([t])=>this.act("fork",this.open??"",{new:t,at:e}))}act(e,t,s){this.page.ask({t:"do-session",verb:e,name:t,...s})}ask(e,t,s,n){let i=document.activeElement,a=t.map(([e,t])=>{let s=(0,h.h)("input","nba-control");return s.value=t,s.spellcheck=!1,(0,h.h)("label","nba-session-field",(0,h.h)("span","nba-hint",e),s)}),o=(0,h.x6)(s,"Reset"===s?"nba-danger":"nba-primary",()=>void 0);o.type="submit",this.form.replaceChildren((0,h.h)("p","",e),...a,(0,h.h)("div","nba-buttons",o,(0,h.x6)("Cancel","",()=>this.cancel()))),this.form.setAttribute("aria-label",e),this.form.onsubmit=e=>{e.preventDefault();let t=a.map(e=>e.querySelector("input").value.trim());(!t.length||t[0])&&(this.cancel(),(null===this.open?this.load:this.back).focus(),n(t))},this.cancel=()=>{(0,h.WU)(this.form,!1),i instanceof HTMLElement&&i.isConnected&&i.focus()},(0,h.cv)(this.said,""),(0,h.WU)(this.form,!0);let r=this.form.querySelector("input");(r??o).focus(),r?.select(),this.form.scrollIntoView?.({block:"nearest"})}cancel=()=>(0,h.WU)(this.form,!1);enter(e){this.open=e,this.known=[],this.total=0,this.messages.replaceChildren(),this.draw(),this.read(0),this.back.focus()}leave(){let e=this.open;this.open=null,(0,h.WU)(this.form,!1),this.draw(),this.list.querySelector(`[data-name="${CSS.escape(e??"")}"]`)?.focus()}draw(){let e=null!==this.open;(0,h.cv)(this.note,this.why||(e?this.total||!this.row||this.row.messages?"":"Nothing was said in this session yet.":this.rows.length?"":"No sessions in this kernel yet. The first %%agent cell begins one.")),(0,h.WU)(this.note,""!==this.note.textContent),(0,h.WU)(this.load.parentElement,!this.why&&!e),(0,h.WU)(this.list,!e&&this.rows.length>0),(0,h.WU)(this.head,e),(0,h.WU)(this.messages,e),(0,h.WU)(this.more,e&&this.known.length<this.total),(0,h.cv)(this.more,`${(0,h.U9)(this.total-this.known.length)} more messages`),e?this.drawHead():this.drawList()}drawHead(){let e=this.row;(0,h.cv)(this.title,this.open??""),(0,h.cv)(this.facts,e?ej(e).join(" \xb7 "):""),this.reset.disabled=!e?.messages||e.busy,this.save.disabled=!e?.messages}drawList(){let e=JSON.stringify(this.rows);if(this.list.dataset.key===e)return;this.list.dataset.key=e;let t=document.activeElement?.dataset?.name;this.list.replaceChildren(...this.rows.map(e=>{let t=(0,h.x6)("","nba-session",()=>this.enter(e.name));t.dataset.name=e.name,t.append((0,h.h)("b","",e.name),(0,h.h)("span","nba-hint",ej(e).join(" \xb7 ")));let s=(0,h.h)("div","nba-thing",t);return s.setAttribute("role","listitem"),s})),void 0!==t&&this.list.querySelector(`[data-name="${CSS.escape(t)}"]`)?.focus()}}function ej(e){let t=e.pending.length?`waits for you: ${e.pending.join(", ")}`:"",s=e.input||e.output?`${(0,h.U9)(e.input)} → ${(0,h.U9)(e.output)} tokens`:"";return[e.busy?"is answering":"",t,e.model,`${(0,h.U9)(e.messages)} ${1===e.messages?"message":"messages"}`,s,0===e.cost&&!e.messages?"":(0,h.TG)(e.cost,""),e.granted.length?`unasked: ${e.granted.join(", ")}`:""].filter(Boolean)}var eS=s("./lib/core/highlight.js"),eC=s("./lib/core/schema.js");let e$=e=>"string"==typeof e?e:"",eE=e=>"object"!=typeof e||null===e||Array.isArray(e)?null:e,eM=e=>Array.isArray(e)?e:[],e_=[["default",""],["ask","Ask each time"],["always","Never ask"]],eI={asks:"As written: asks","does not ask":"As written: never","by its arguments":"As written: sometimes"};class eT{page;jump;id="tools";label="Tools";el=(0,h.h)("div","nba-desk");note=(0,h.h)("p","nba-panel-note");said=(0,h.h)("p","nba-said-of");list=(0,h.h)("div","nba-things");cards=new Map;why="";visible=!1;constructor(e,t){this.page=e,this.jump=t,this.list.setAttribute("role","list"),this.list.setAttribute("aria-label","Tools"),this.said.setAttribute("role","status"),this.el.append(this.said,this.note,this.list),this.clear("")}shown(e){this.visible=e,e&&this.refresh()}clear(e){this.why=e,this.cards.clear(),this.list.replaceChildren(),(0,h.cv)(this.said,""),this.draw()}resume(){this.visible&&this.refresh()}take(e){let{t,tools:s,name:n,tool:i,text:a}=e??{};if("tools"===t)this.why="",this.drawRows(eM(s).flatMap(e=>{let t=eE(e);return t&&e$(t.name)?[{name:e$(t.name),brief:e$(t.brief),asks:e$(t.asks),mode:e$(t.mode),on:!0===t.on,enabled:!0===t.enabled,place:e$(t.place),cell:"string"==typeof t.cell?t.cell:null,granted:eM(t.granted).map(e$)}]:[]}));else if("tool"===t){let e;this.cards.get(String(n))?.tell((e=eE(i))&&{description:e$(e.description),code:e$(e.code),parameters:eE(e.parameters)??{},facts:eM(e.facts).flatMap(e=>Array.isArray(e)?[[e$(e[0]),e$(e[1])]]:[])})}else"tool-error"===t?((0,h.cv)(this.said,String(a)),this.refresh()):("tools-changed"===t||"changed"===t&&this.why)&&this.visible&&this.refresh()}refresh(){for(let[e,t]of(this.page.ask({t:"tools"}),this.cards))t.open&&this.page.ask({t:"tool",name:e})}drawRows(e){let t=new Set(e.map(e=>e.name));for(let[e,s]of this.cards)t.has(e)||(s.el.remove(),this.cards.delete(e));e.forEach((e,t)=>{let s=this.cards.get(e.name);s||(s=new eU(e.name,{say:t=>{(0,h.cv)(this.said,""),this.page.ask({t:"say-of-tool",name:e.name,verb:t})},askIn:t=>this.page.ask({t:"ask-in-session",name:e.name,session:t}),look:()=>this.page.ask({t:"tool",name:e.name}),jump:this.jump}),this.cards.set(e.name,s)),this.list.children[t]!==s.el&&this.list.insertBefore(s.el,this.list.children[t]??null),s.draw(e)}),this.draw()}draw(){(0,h.cv)(this.note,this.why||(this.cards.size?"":"No tools in this notebook yet. Functions of a %%tool cell show here.")),(0,h.WU)(this.note,""!==this.note.textContent),(0,h.WU)(this.list,this.cards.size>0)}}let eL=0;class eU{name;link;el=(0,h.h)("article","nba-thing");opener=(0,h.jQ)((0,h.h)("button","nba-opener"));on=(0,h.jQ)((0,h.h)("input"));place=(0,h.h)("span","nba-thing-place");brief=(0,h.h)("p","nba-thing-brief");mode=(0,h.jQ)((0,h.h)("select","nba-control"));grants=(0,h.h)("div","nba-grants");body=(0,h.h)("div","nba-thing-body");row;drawn="";constructor(e,t){this.name=e,this.link=t;let s=`nba-tool-${++eL}`;this.el.setAttribute("role","listitem"),this.el.setAttribute("aria-label",e),this.opener.type="button",this.opener.append((0,h.h)("span","nba-turn"),(0,h.h)("code","",e)),this.opener.setAttribute("aria-expanded","false"),this.opener.setAttribute("aria-controls",s),this.body.id=s,this.opener.addEventListener("click",()=>this.toggle()),this.on.type="checkbox",this.on.setAttribute("role","switch"),this.on.setAttribute("aria-label",`Offer ${e} to the model`),this.on.addEventListener("change",()=>t.say(this.on.checked?"on":"off")),this.mode.setAttribute("aria-label",`Approval of ${e}`),this.mode.append(...e_.map(([e,t])=>new Option(t,e))),this.mode.addEventListener("change",()=>t.say(this.mode.value)),(0,h.WU)(this.body,!1),this.el.append((0,h.h)("div","nba-thing-head",this.opener,this.place,(0,h.h)("label","nba-switch",this.on,"On")),this.brief,(0,h.h)("div","nba-thing-line",(0,h.h)("span","nba-hint","Approval"),this.mode),this.grants,this.body)}get open(){return!this.body.hidden}draw(e){this.row=e,this.el.dataset.on=String(e.on&&e.enabled),this.on.checked=e.on,(0,h.cv)(this.place,[e.enabled?"":"off by its own enabled=",e.place].filter(Boolean).join(" \xb7 ")),(0,h.cv)(this.brief,e.brief||"It has no description: the model is told its name and parameters only."),this.mode.options[0].text=eI[e.asks]??"As written",this.mode.value=e.mode;let t=e.granted.map(e=>{let t=(0,h.x6)("Ask again","nba-quiet",()=>this.link.askIn(e));return t.setAttribute("aria-label",`Ask again for ${this.name} in ${e}`),(0,h.h)("span","nba-grant",(0,h.h)("span","",`Approved in ${e}`),t)}),s="always"===e.mode?[(0,h.h)("span","nba-hint","Until its code is another, or the kernel ends.")]:[];JSON.stringify(e.granted)+e.mode!==this.grants.dataset.of&&this.grants.replaceChildren(...t,...s),this.grants.dataset.of=JSON.stringify(e.granted)+e.mode,(0,h.WU)(this.grants,t.length+s.length>0)}tell(e){let t=JSON.stringify(e);if(t===this.drawn)return;if(this.drawn=t,!e)return void this.body.replaceChildren((0,h.h)("p","nba-hint","This tool is no longer in the kernel."));let s=(0,h.h)("dl","nba-parameters",...(0,eC.OA)(e.parameters).flatMap(e=>{let t=(0,h.h)("span","nba-hint",[e.choices.length?e.choices.map(e=>JSON.stringify(e)).join(" | "):e.takes,e.required?"":void 0===e.fallback?"may be left out":`default ${e.fallback}`].filter(Boolean).join(", "));return[(0,h.h)("dt","",(0,h.h)("code","",e.name)),(0,h.h)("dd","",t,...e.description?[(0,h.h)("div","",e.description)]:[])]})),n=this.row?.cell?this.link.jump(this.row.cell):null,i=(0,h.x6)(`Go to ${this.row?.place||"the cell"}`,"nba-jump",()=>n?.());this.body.replaceChildren(...e.description?[(0,h.h)("p","nba-thing-description",e.description)]:[],(0,h.h)("h4","","Parameters"),s.children.length?s:(0,h.h)("p","nba-hint","none"),(0,h.h)("div","nba-thing-line",(0,h.h)("h4","","Source"),...n?[i]:[]),e.code?eW(e.code,"python",`Source of ${this.name}`):(0,h.h)("p","nba-hint","Its source is not to be had."),function(e,...t){return(0,h.h)("details","nba-inner",(0,h.jQ)((0,h.h)("summary","nba-summary",e)),...t)}("Schema",eW((0,ea.j9)(JSON.stringify(e.parameters)),"json",`Schema of ${this.name}`)),(0,h.h)("p","nba-hint",e.facts.map(([e,t])=>`${e} ${t}`).join(" \xb7 ")))}toggle(){let e=!this.open;(0,h.WU)(this.body,e),(0,h.WU)(this.brief,!e||!this.row?.brief),this.opener.setAttribute("aria-expanded",String(e)),e&&this.link.look()}}function eW(e,t,s){let n=(0,h.h)("pre","nba-listing");n.tabIndex=0,n.setAttribute("role","region"),n.setAttribute("aria-label",s);let i=(0,eS.Z)(e,t);return null===i?n.textContent=e:n.innerHTML=i,n}class eD{tabs;el=(0,h.h)("section","nba nba-panel");list=(0,h.jQ)((0,h.h)("div","nba-tabs"));buttons;at=0;visible=!1;constructor(e){this.tabs=e,this.el.setAttribute("aria-label","Agents"),this.list.setAttribute("role","tablist"),this.list.setAttribute("aria-label","Agents"),this.buttons=e.map((e,t)=>{let s=(0,h.h)("button","nba-tab",e.label);return s.type="button",s.id=`nba-tab-${e.id}`,s.setAttribute("role","tab"),s.setAttribute("aria-controls",`nba-tab-panel-${e.id}`),s.addEventListener("click",()=>this.choose(t)),e.el.id=`nba-tab-panel-${e.id}`,e.el.classList.add("nba-tab-panel"),e.el.setAttribute("role","tabpanel"),e.el.setAttribute("aria-labelledby",s.id),s}),this.list.append(...this.buttons),this.list.addEventListener("keydown",e=>this.pressed(e)),(0,h.WU)(this.list,e.length>1),this.el.append(this.list,...e.map(e=>e.el)),this.draw()}open(e){let t=this.tabs.findIndex(t=>t.id===e);t>=0&&this.choose(t)}take(e){for(let t of this.tabs)t.take(e)}clear(e){for(let t of this.tabs)t.clear(e)}resume(){for(let e of this.tabs)e.resume()}shown(e){this.visible=e,this.tabs[this.at].shown(e)}tick(){this.tabs[this.at].tick?.()}choose(e){e!==this.at&&(this.visible&&this.tabs[this.at].shown(!1),this.at=e,this.draw(),this.visible&&this.tabs[e].shown(!0))}draw(){this.tabs.forEach((e,t)=>{(0,h.WU)(e.el,t===this.at),this.buttons[t].setAttribute("aria-selected",String(t===this.at)),this.buttons[t].tabIndex=t===this.at?0:-1})}pressed(e){let t=this.tabs.length,s={ArrowRight:this.at+1,ArrowLeft:this.at+t-1,Home:0,End:t-1}[e.key];void 0!==s&&(e.preventDefault(),e.stopPropagation(),this.choose(s%t),this.buttons[this.at].focus())}}var eO=s("./node_modules/css-loader/dist/cjs.js!./style/panel.css"),eN={};eN.styleTagTransform=A(),eN.setAttributes=v(),eN.insert=f().bind(null,"head"),eN.domAPI=b(),eN.insertStyleElement=y(),u()(eO.A,eN),eO.A&&eO.A.locals&&eO.A.locals;var eP=s("./node_modules/css-loader/dist/cjs.js!./style/desk.css"),ez={};ez.styleTagTransform=A(),ez.setAttributes=v(),ez.insert=f().bind(null,"head"),ez.domAPI=b(),ez.insertStyleElement=y(),u()(eP.A,ez),eP.A&&eP.A.locals&&eP.A.locals;class eB extends l.Widget{app;notebook=null;tabs;link;clock;constructor(e){super(),this.app=e,this.id="nbagent-traces",this.addClass("nba-panel-frame"),this.title.caption="Agent Traces";let t={ask:e=>this.link.ask(e),notebook:()=>this.notebook},s=[new ef(t,e=>this.jump(e)),new eT(t,e=>this.jump(e)),new eA(t)];this.tabs=new eD(s),this.link=new ei(this.tabs),this.node.append(this.tabs.el),e.shell.currentChanged?.connect(()=>this.follow()),this.follow()}open(e){this.tabs.open(e)}onAfterShow(){this.clock??=setInterval(()=>this.tabs.tick(),500),this.link.begin(),this.tabs.shown(!0)}onBeforeHide(){clearInterval(this.clock),this.clock=void 0,this.tabs.shown(!1),this.link.end()}dispose(){clearInterval(this.clock),this.link.end(),super.dispose()}follow(){let e=O(this.app.shell.currentWidget);e&&e!==this.notebook&&(this.notebook=e,e.disposed.connect(()=>{this.notebook===e&&(this.notebook=null,this.link.follow(null))}),this.link.follow(e))}jump(e){let t=this.notebook,s=t?.content.widgets.findIndex(t=>t.model.id===e)??-1;return!t||s<0?null:()=>{P(this.app,{panel:t,index:s}),t.content.scrollToItem?.(s,"smart")}}}function eF(e){let t=JSON.stringify(e).replace(/[\u007f-\uffff]/g,e=>`\\u${e.charCodeAt(0).toString(16).padStart(4,"0")}`);return`__import__('IPython').get_ipython().nbagent_page_settings = __import__('json').loads(${JSON.stringify(t)})`}let eR="nbagent-labextension:settings";async function eJ(e,t){let s=new Set,n=new WeakMap,i=null,a=t=>{let s=t.session?.kernel;if(!i||!s||e.serviceManager.kernelspecs.specs?.kernelspecs[s.name]?.language!=="python")return;let a=eF(Object.fromEntries(Object.entries(i.composite).filter(([,e])=>null!=e&&""!==e).map(([e,t])=>[e,"params"===e?Object.fromEntries(Object.entries(t).map(([e,t])=>[e,"string"==typeof t?function(e){try{return JSON.parse(e)}catch{return e}}(t):t])):t])));(n.get(s)??eF({}))!==a&&(n.set(s,a),s.requestExecute({code:a,silent:!0,store_history:!1,allow_stdin:!1,stop_on_error:!1}))};e.docRegistry.addWidgetExtension("Notebook",{createNew:e=>{let t=O(e);t&&(e=>{let{sessionContext:t}=e,i=!1,o=()=>{let e=t.session?.kernel;e&&n.delete(e)};s.add(e),e.disposed.connect(()=>s.delete(e)),t.kernelChanged.connect(()=>{o(),a(t)}),t.statusChanged.connect((e,s)=>{i&&"autorestarting"!==s&&a(t),(i="autorestarting"===s)&&o()}),a(t)})(t)}});let o=()=>s.forEach(e=>a(e.sessionContext));(i=await t.load(eR)).changed.connect(o),o()}let eq={id:"nbagent-labextension:agent-cells",description:"Shows %%agent cells as Markdown",autoStart:!0,requires:[a.IEditorExtensionRegistry,a.IEditorLanguageRegistry],activate:(e,t,s)=>{let n=async()=>(await s.getLanguage("markdown"))?.support??null;t.addExtension({name:"nbagent:agent-cells",factory:()=>{let e,t,s,i;return a.EditorExtensionRegistry.createImmutableExtension((e=new G.Compartment,t=K.ViewPlugin.fromClass(class{decorations=K.Decoration.none;on=!1;constructor(e){this.look(e)}update(e){e.docChanged&&this.look(e.view)}look(t){let s=es(t.state);this.decorations=s?K.Decoration.set([X.range(0)]):K.Decoration.none,s!==this.on&&(this.on=s,Promise.resolve(s?n():null).then(n=>{this.on===s&&t.dispatch({effects:e.reconfigure(n?[G.Prec.highest(n),G.Prec.highest(ee)]:s?ee:[])})}))}},{decorations:e=>e.decorations}),s=K.ViewPlugin.fromClass(class{decorations;on;constructor(e){this.on=es(e.state),this.decorations=this.on?et.createDeco(e):K.Decoration.none}update(e){let t=es(e.state);t?this.decorations=this.on?et.updateDeco(e,this.decorations):et.createDeco(e.view):this.decorations=K.Decoration.none,this.on=t}},{decorations:e=>e.decorations}),i=K.EditorView.baseTheme({".nba-command":{opacity:"0.75"},".nba-filled-in, .nba-filled-in *":{color:"var(--jp-mirror-editor-variable-2-color, #0550ae) !important",fontFamily:"var(--jp-code-font-family, monospace)"}}),[e.of([]),t,G.Prec.lowest(s),i]))}})}},eH={id:"nbagent-labextension:actions",description:"Copy, retry, insert and continue, under an answer and as commands",autoStart:!0,optional:[i.ICommandPalette],activate:function(e,t){for(let s of(document.addEventListener(E.Ku,t=>{let s=N(e,t.target),n=t.detail;s&&n instanceof Set&&(n.add("retry").add("insert"),null!==Q(s)&&n.add("continue"),null!==I(q(s)[s.index],"",[])&&n.add("model"))}),document.addEventListener(E.fg,t=>{let{action:s,text:n}=t.detail??{},i=N(e,t.target);i&&s&&V(e,i,s,String(n??""))}),Object.keys(J))){let n=`nbagent:${s}-answer`;e.commands.addCommand(n,{label:J[s],isEnabled:()=>{var t,n;let i=Y(e);return null!==i&&(t=s,n=i.place,"continue"===t?null!==Q(n):"model"!==t||null!==I(q(n)[n.index],"",[]))},execute:()=>{let t=Y(e);t&&V(e,t.place,s,(0,U.ut)(t.state))}}),t?.addItem({command:n,category:R})}}},eV=new r.LabIcon({name:"nbagent:traces",svgstr:'<svg xmlns="http://www.w3.org/2000/svg" width="24" viewBox="0 0 24 24"><g class="jp-icon3" fill="#616161"><rect x="3" y="4" width="12" height="4" rx="1"/><rect x="7" y="10" width="9" height="4" rx="1"/><rect x="12" y="16" width="9" height="4" rx="1"/></g></svg>'}),eQ={id:"nbagent-labextension:traces",description:"Runs of agents, in the right sidebar",autoStart:!0,optional:[i.ICommandPalette,n.ILayoutRestorer],activate:(e,t,s)=>{let n=new eB(e);n.title.icon=eV,e.shell.add(n,"right",{rank:900}),s?.add(n,n.id);let i="nbagent:show-traces";e.commands.addCommand(i,{label:"Show Agent Traces",execute:()=>e.shell.activateById(n.id)}),t?.addItem({command:i,category:R})}},eY=[eq,{id:"nbagent-labextension:decisions",description:"Carries a paused run on when its saved view is clicked",autoStart:!0,activate:function(e){(0,en.KT)(),document.addEventListener(en.V1,t=>{let s=t.detail,n=(0,en.b5)(s),{target:i}=t,a=N(e,i);if(null===n||null===a)return;B(e,a,[{cell_type:"code",source:n}]);let o=a.panel.content.widgets[a.index+1];z(e,{...a,index:a.index+1}).then(()=>{var e;let t,n=(t=(Array.isArray(e=o?.model.toJSON().outputs)?e:[]).find(e=>"error"===e.output_type&&"DecisionError"===e.ename))?String(t.evalue):null;null!==n&&i?.dispatchEvent(new CustomEvent(en.ln,{detail:{call_id:s.call_id,why:n}}))})})}},eH,{id:"nbagent-labextension:commands",description:"Cells for agents, stop, and the settings, as commands",autoStart:!0,optional:[i.ICommandPalette],activate:function(e,t){let s=(s,n)=>{e.commands.addCommand(s,n),t?.addItem({command:s,category:R})},n=()=>{let t=O(e.shell.currentWidget);return t&&t.content.activeCellIndex>=0?{panel:t,index:t.content.activeCellIndex}:null},i=()=>{let e=n();return e&&(0,U.$s)(e.panel.content.activeCell?.model.sharedModel.getSource()??"")?e:null},a=()=>{let t=O(e.shell.currentWidget),s=t?.sessionContext.session?.kernel;return s&&("busy"===s.status||t.node.querySelector(".nba-stop:not([hidden])"))?s:null};s("nbagent:insert-cell",{label:"Insert Agent Cell Below",isEnabled:()=>null!==n(),execute:()=>{let t=n();t&&(B(e,t,[{cell_type:"code",source:"%%agent\n"}]),requestAnimationFrame(()=>F(t.panel.content)))}}),s("nbagent:run-cell",{label:"Run Agent Cell",isEnabled:()=>null!==i(),execute:()=>{let t=i();t&&z(e,t)}}),s("nbagent:stop",{label:"Stop the Running Agent",isEnabled:()=>null!==a(),execute:()=>a()?.interrupt()}),s("nbagent:settings",{label:"nbagent Settings…",isVisible:()=>e.commands.hasCommand("settingeditor:open"),execute:()=>e.commands.execute("settingeditor:open",{query:"nbagent"})})}},eQ,{id:eR,description:"Tells the kernels of notebooks what is set in JupyterLab",autoStart:!0,requires:[o.ISettingRegistry],activate:eJ}]},"./node_modules/css-loader/dist/cjs.js!./style/chooser.css"(e,t,s){var n=s("./node_modules/css-loader/dist/runtime/noSourceMaps.js"),i=s.n(n),a=s("./node_modules/css-loader/dist/runtime/api.js"),o=(s.n(a))()(i());o.push([e.id,`/* the dialog that asks for another model: JupyterLab's own colours, as its dialogs have */

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
`,""]),s.d(t,{},{A:o})},"./node_modules/css-loader/dist/cjs.js!./style/desk.css"(e,t,s){var n=s("./node_modules/css-loader/dist/runtime/noSourceMaps.js"),i=s.n(n),a=s("./node_modules/css-loader/dist/runtime/api.js"),o=(s.n(a))()(i());o.push([e.id,`/* The panel's tabs of tools and sessions: cards below each other, a conversation to read. */

.nba-desk {
  gap: 0.6em;
  overflow: hidden auto;
  padding: 0.6em 0.7em 1.5em;
}

.nba-desk > * {
  flex: none;
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
`,""]),s.d(t,{},{A:o})},"./node_modules/css-loader/dist/cjs.js!./style/panel.css"(e,t,s){var n=s("./node_modules/css-loader/dist/runtime/noSourceMaps.js"),i=s.n(n),a=s("./node_modules/css-loader/dist/runtime/api.js"),o=(s.n(a))()(i());o.push([e.id,`/* The trace panel in the sidebar. Colours are those of run.css, mixed from the page's own. */

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

.nba-filters {
  align-items: center;
  border-bottom: 1px solid var(--c-line);
  display: flex;
  flex-wrap: wrap;
  gap: 0.5em;
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

.nba .nba-model {
  background: var(--jp-layout-color1, canvas);
  flex: 0 1 9em;
}

.nba-panel-head {
  align-items: center;
  border-bottom: 1px solid var(--c-line);
  display: flex;
  gap: 0.6em;
  padding: 0.35em 0.7em;
}

.nba .nba-back {
  flex: none;
}

.nba-panel-title,
.nba-run-prompt,
.nba-run-facts,
.nba-run-model,
.nba-span-name > :last-child {
  min-width: 0;
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}

.nba .nba-panel-note {
  color: var(--c-mute);
  margin: 0;
  padding: 1em 0.9em;
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

.nba-span {
  align-items: center;
  display: grid;
  gap: 0.5em;
  grid-template-columns: minmax(7em, 42%) minmax(0, 1fr) 4em;
  padding-right: 0.6em;
}

.nba-span-name {
  align-items: center;
  display: flex;
  min-width: 0;
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

.nba-details {
  border-top: 1px solid var(--c-line);
  flex: 1.2 1 0;
  min-height: 8em;
  overflow: auto;
  padding: 0.6em 0.9em 1em;
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

.nba .nba-jump {
  margin-left: auto;
}

.nba-panel .nba-button {
  font-size: 0.92em;
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

.nba-details > h3 {
  border-bottom: 1px solid var(--c-line);
  font-size: 1em;
  font-weight: 600;
  margin: 1em 0 0.4em;
}

.nba-said > h4 {
  color: var(--c-mute);
  font-size: 0.92em;
  font-weight: 500;
  margin: 0.5em 0 0.15em;
}

.nba .nba-said > pre {
  background: var(--c-soft);
  border-radius: 4px;
  color: inherit;
  font-size: 0.9em;
  line-height: 1.45;
  margin: 0;
  max-height: 22em;
  overflow: auto;
  padding: 0.4em 0.6em;
  white-space: pre-wrap;
  word-break: break-word;
}

.nba-said[data-format='text'] > pre {
  font-family: var(--jp-content-font-family, inherit);
  font-size: 1em;
}

.nba-said[data-format='error'] > pre {
  color: var(--c-bad);
}

.nba-said[data-format='code'] > pre {
  white-space: pre;
}

@container (max-width: 17em) {
  .nba-span {
    grid-template-columns: minmax(0, 1fr) minmax(4em, 35%);
  }

  .nba-span-time,
  .nba-run-model {
    display: none;
  }
}
`,""]),s.d(t,{},{A:o})}}]);