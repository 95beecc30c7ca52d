"use strict";(self.rspackChunknbagent_labextension=self.rspackChunknbagent_labextension||[]).push([["lib_index_js"],{"./lib/index.js"(e,t,n){n.r(t),n.d(t,{default:()=>eE});var s=n("webpack/sharing/consume/default/@jupyterlab/application"),i=n("webpack/sharing/consume/default/@jupyterlab/apputils"),a=n("webpack/sharing/consume/default/@jupyterlab/codemirror"),o=n("webpack/sharing/consume/default/@jupyterlab/settingregistry"),r=n("webpack/sharing/consume/default/@jupyterlab/ui-components"),l=n("webpack/sharing/consume/default/@lumino/widgets"),d=n("./lib/core/dom.js");let h="nbagent:models";class c{storage;constructor(e){this.storage=e}models(){try{let e=JSON.parse(this.storage.getItem(h)??"[]");return Array.isArray(e)?e.filter(e=>"string"==typeof e):[]}catch{return[]}}add(e){let t=[e,...this.models().filter(t=>t!==e)].slice(0,8);try{this.storage.setItem(h,JSON.stringify(t))}catch{return}}}var u=n("./node_modules/style-loader/dist/runtime/injectStylesIntoStyleTag.js"),p=n.n(u),m=n("./node_modules/style-loader/dist/runtime/styleDomAPI.js"),b=n.n(m),f=n("./node_modules/style-loader/dist/runtime/insertBySelector.js"),g=n.n(f),w=n("./node_modules/style-loader/dist/runtime/setAttributesWithoutAttributes.js"),v=n.n(w),k=n("./node_modules/style-loader/dist/runtime/insertStyleElement.js"),y=n.n(k),x=n("./node_modules/style-loader/dist/runtime/styleTagTransform.js"),A=n.n(x),j=n("./node_modules/css-loader/dist/cjs.js!./style/chooser.css"),C={};async function S(e,t){let n=new c(window.localStorage),s=new $([...e,...n.models()],t,()=>a.resolve()),a=new i.Dialog({title:"Ask Another Model",body:s,buttons:[i.Dialog.cancelButton(),i.Dialog.okButton({label:"Ask"})],focusNodeSelector:"input"}),{button:o,value:r}=await a.launch();return o.accept&&r?(n.add(r),r):null}C.styleTagTransform=A(),C.setAttributes=v(),C.insert=g().bind(null,"head"),C.domAPI=b(),C.insertStyleElement=y(),p()(j.A,C),j.A&&j.A.locals&&j.A.locals;class $ extends l.Widget{near;kernel;take;input=(0,d.h)("input","nba-choose-input");list=(0,d.h)("ul","nba-choose-list");hint=(0,d.h)("p","nba-choose-hint");known=[];shown=[];active=0;asked="";timer;constructor(e,t,n){for(let[s,i]of(super(),this.near=e,this.kernel=t,this.take=n,this.addClass("nba-choose"),this.list.id="nba-choose-list",this.list.setAttribute("role","listbox"),this.list.setAttribute("aria-label","Models"),this.input.type="text",this.input.spellcheck=!1,this.input.placeholder="provider:model",this.hint.id="nba-choose-hint",this.hint.textContent="The prompt is asked again in a cell below, in a conversation of its own; this answer stays.",Object.entries({role:"combobox",autocomplete:"off","aria-label":"Model","aria-expanded":"true","aria-controls":this.list.id,"aria-autocomplete":"list","aria-describedby":this.hint.id})))this.input.setAttribute(s,i);this.input.addEventListener("input",()=>this.typed()),this.input.addEventListener("keydown",e=>this.key(e)),this.node.append(this.hint,this.input,this.list),this.draw(),this.ask("")}getValue(){return this.shown[this.active]??this.input.value.trim()}dispose(){clearTimeout(this.timer),super.dispose()}typed(){this.active=0,this.draw(),clearTimeout(this.timer),this.timer=setTimeout(()=>void this.ask(this.input.value.trim()),150)}async ask(e){if(!this.kernel||/[\s'"]/.test(e))return;let t=e.includes(":")?e.slice(0,e.indexOf(":")+1):"",n=`%%agent -m ${t}`;if(n===this.asked)return;this.asked=n;let{content:s}=await this.kernel.requestComplete({code:n,cursor_pos:n.length});if(this.isDisposed||"ok"!==s.status)return;let i=n.slice(11,s.cursor_start),a=s.matches.map(e=>i+e).filter(e=>"local:"===e||!/:$|^-/.test(e));this.known=[...new Set([...this.known,...a])],this.draw()}key(e){let t={ArrowDown:1,ArrowUp:-1,PageDown:8,PageUp:-8}[e.key];void 0!==t&&this.shown.length&&(e.preventDefault(),e.stopPropagation(),this.mark(Math.min(Math.max(this.active+t,0),this.shown.length-1)))}draw(){var e,t;let n,s,i;this.shown=(e=[...this.near,...this.known],n=(t=this.input.value.trim()).toLowerCase().split(/\s+/).filter(Boolean),s=[...new Set(e)].filter(e=>n.every(t=>e.toLowerCase().includes(t))),i=e=>e===t?0:e.toLowerCase().startsWith(n[0]??"")?1:2,s.sort((e,t)=>i(e)-i(t)).slice(0,100)),this.list.replaceChildren(...this.shown.map((e,t)=>{let n=(0,d.h)("li","nba-choose-option",e);return n.id=`nba-choose-${t}`,n.setAttribute("role","option"),n.addEventListener("pointerdown",e=>e.preventDefault()),n.addEventListener("click",()=>{this.mark(t),this.take()}),n})),this.list.hidden=!this.shown.length,this.mark(Math.min(this.active,Math.max(this.shown.length-1,0)))}mark(e){this.active=e,[...this.list.children].forEach((t,n)=>t.setAttribute("aria-selected",String(n===e))),this.list.children[e]?.scrollIntoView({block:"nearest"}),this.shown.length?this.input.setAttribute("aria-activedescendant",`nba-choose-${e}`):this.input.removeAttribute("aria-activedescendant")}}var E=n("./lib/core/actions.js"),M=n("./lib/core/line.js");let _=new Set(["-m","--model","--session","--fork","--new","-o","--out","--record","--replay","--dry-run"]);function I(e,t,n){let s=M.mS.exec(e);if(!s)return null;let[,i,a=""]=s,o=null,r=0,l=[],d=e.slice(s.index+s[0].length).replace(/^\r?\n/,"");for(let{option:e,words:t,at:n}of(0,M.fF)(a)){if("--resume"===e)return null;if(""===e){if("%agent"===i){d=a.slice(n);break}0==r++&&(o??=t[0])}else"--session"===e?o=t.at(-1).replace(/^--session=/,""):"--fork"===e?o=t.at(-1).replace(/^--fork=/,""):_.has(e)||l.push(...t)}let h=o??"main";return`${["%%agent",function(e,t){let n=e.replace(/-\d+$/,"").replace(/[^\w-]+/g,"")||"other",s=new Set(t.flatMap(e=>e.match(M.f7)??[])),i=2;for(;s.has(`${n}-${i}`);)i++;return`${n}-${i}`}(h,n),"--fork",h,"-m",T(t),...l].join(" ")}
${d}`}let T=e=>/^[\w./:@+-]+$/.test(e)?e:`'${e.replace(/'/g,"'\"'\"'")}'`;function L(e){return[...new Set(e.flatMap(e=>{let[,,t=""]=M.mS.exec(e)??[];return(0,M.fF)(t).flatMap(({option:e,words:t})=>"-m"===e||"--model"===e?[t.at(-1).replace(/^(?:-m|--model)=/,"").replace(/^(['"])(.*)\1$/,"$2")]:[])}).reverse())].filter(e=>!e.includes("{{"))}var D=n("./lib/core/answer.js"),P=n("./lib/core/saved.js"),B=n("./lib/mime-type.js");function O(e){return e?.content&&"widgets"in e.content&&"activeCellIndex"in e.content&&e.sessionContext?e:null}function R(e,t){if(!(t instanceof Node))return null;for(let n of e.shell.widgets("main")){let e=n.node.contains(t)?O(n):null,s=e?e.content.widgets.findIndex(e=>e.node.contains(t)):-1;if(e&&s>=0)return{panel:e,index:s}}return null}function W(e,{panel:t,index:n}){e.shell.activateById(t.id),t.content.activeCellIndex=n,t.content.deselectAll()}async function N(e,t){W(e,t),await e.commands.execute("notebook:run-cell")}function z(e,{panel:t,index:n},s){let i=s.map(e=>({...e,metadata:"code"===e.cell_type?{trusted:!0}:{}}));t.content.model?.sharedModel.insertCells(n+1,i),W(e,{panel:t,index:n+1})}function F(e){e.mode="edit";let t=e.activeCell?.model.sharedModel.getSource().split("\n")??[],n=e.activeCell?.editor;n?.focus(),n?.setCursorPosition({line:t.length-1,column:t.at(-1)?.length??0})}let U="nbagent",q={copy:"Copy the Answer",retry:"Run the Prompt Again",model:"Ask Another Model…",insert:"Insert the Answer as Cells Below",continue:"Continue the Conversation Below"},J=({panel:e})=>e.content.widgets.map(e=>e.model.sharedModel.getSource());async function H(e,t){let n=J(t),s=n.slice(0,t.index+1).reverse(),i=L(s.slice(0,1)),a=[...L([...s].reverse()),...L(n)].filter(e=>!i.includes(e)),o=await S(a,t.panel.sessionContext.session?.kernel??null),r=o&&I(s[0],o,n);r&&!t.panel.isDisposed&&(z(e,t,[{cell_type:"code",source:r}]),await N(e,{...t,index:t.index+1}))}function V(e,t,n,s){let i="continue"===n?Y(t):null;"copy"===n?navigator.clipboard?.writeText(s):"retry"===n?N(e,t):"model"===n?H(e,t):"insert"===n&&s?z(e,t,(0,D.Sd)(s)):null!==i&&(z(e,t,[{cell_type:"code",source:`${i}
`}]),requestAnimationFrame(()=>F(t.panel.content)))}function Y({panel:e,index:t}){let[n="",...s]=e.content.widgets.slice(0,t+1).map(e=>e.model.sharedModel.getSource()).reverse(),i=(0,D.B$)(n);return null===i&&/--resume\b/.test(n)?s.map(D.B$).find(e=>null!==e)??null:i}function G(e){let t=O(e.shell.currentWidget),n=t?.content.activeCell?.model.type==="code"?t.content.activeCell.model.toJSON().outputs:null;if(!t||!Array.isArray(n))return null;for(let e of n){let n=(0,P.u)(e?.data?.[B.x]);if(n)return{place:{panel:t,index:t.content.activeCellIndex},state:n}}return null}var K=n("webpack/sharing/consume/default/@codemirror/state"),Q=n("webpack/sharing/consume/default/@codemirror/view");let X=/^\s*%%agent\b/,Z=Q.Decoration.line({class:"nba-command"}),ee=new Q.MatchDecorator({regexp:/\{\{.*?\}\}|\{%.*?%\}/g,decoration:Q.Decoration.mark({class:"nba-filled-in"})}),et=e=>X.test(e.doc.line(1).text);var en=n("./lib/core/later.js");class es{hears;notebook=null;kernel=null;comm=null;seen="";open=!1;constructor(e){this.hears=e}ask(e){this.comm&&!this.comm.isDisposed&&this.comm.send(e)}follow(e){e!==this.notebook&&(this.notebook?.sessionContext.kernelChanged.disconnect(this.connect,this),this.notebook?.sessionContext.statusChanged.disconnect(this.status,this),this.notebook=e,e?.sessionContext.kernelChanged.connect(this.connect,this),e?.sessionContext.statusChanged.connect(this.status,this),this.connect())}begin(){this.open=!0,this.connect()}end(){this.open=!1,this.disconnect()}status(e,t){"restarting"===t||"autorestarting"===t?this.lose("The kernel starts again …"):"dead"===t?this.lose("The kernel is dead. Start it again to see its runs."):"idle"!==t||this.comm||this.connect()}lose(e){this.seen="",this.disconnect(),this.open&&this.hears.clear(e)}connect(){let e=this.notebook?.sessionContext.session?.kernel??null;if(!this.open||this.comm&&e===this.kernel)return;if(this.disconnect(),!e)return this.lose(this.notebook?"This notebook has no kernel: its runs are shown when it has one.":"Open a notebook to see its runs.");this.kernel=e,this.seen===e.id?this.hears.resume():this.hears.clear("Asking the kernel …"),this.seen=e.id;let t=e.createComm("nbagent.panel");this.comm=t,t.onMsg=e=>{this.comm===t&&this.hears.take(e.content.data)},t.onClose=()=>{this.comm===t&&(this.comm=null,this.seen="",this.hears.clear("This kernel has not loaded nbagent. Run %load_ext nbagent to see its runs."))},t.open({})}disconnect(){let e=this.comm;this.comm=null,e&&!e.isDisposed&&this.kernel&&!this.kernel.isDisposed&&e.close(),this.kernel=null}}var ei=n("./lib/core/json.js");let ea=e=>"error"===e.status||(e.n_errors??0)>0,eo=(e,...t)=>{let n=e.text.toLowerCase().split(/\s+/).filter(Boolean),s=t.join("\n").toLowerCase();return n.every(e=>s.includes(e))},er=e=>"number"==typeof e&&Number.isFinite(e)?e:null,el=e=>"string"==typeof e?e:null,ed={ok:"ok",error:"error",cancelled:"cancelled",paused:"pending"},eh=(e,t)=>null===e&&null===t?"":`${(0,d.U9)(e??0)} → ${(0,d.U9)(t??0)}`;function ec(e,t){e.dataset.status!==t&&(e.dataset.status=t,e.replaceChildren((0,d.Kk)(ed[t]??"")))}function eu(e,t){if(!e.firstChild){let t=(0,d.h)("div","nba-run-line",(0,d.h)("span","nba-mark"),(0,d.h)("b","nba-run-agent"),(0,d.h)("span","nba-run-model"),(0,d.h)("span","nba-run-time"));e.append(t,(0,d.h)("div","nba-run-prompt"),(0,d.h)("div","nba-run-facts")),e.classList.add("nba-run")}let[n,s,i,a]=[...e.children[0].children],o="ok"===t.status&&ea(t)?"ok, with errors":t.status;ec(n,t.status),e.dataset.failed=String(ea(t)),(0,d.cv)(s,t.agent),(0,d.cv)(i,t.model),(0,d.cv)(a,null===t.duration?"":(0,d.YA)(t.duration)),(0,d.cv)(e.children[1],t.prompt||"(no prompt)");let r=[null===t.count?"":`[${t.count}]`,new Date(1e3*t.at).toLocaleTimeString([],{hour:"2-digit",minute:"2-digit",second:"2-digit"}),eh(t.input,t.output),(0,d.TG)(t.cost,"")].filter(Boolean).join(" \xb7 ");(0,d.cv)(e.children[2],r),e.title=`${o}${t.error?`
${t.error}`:""}
${t.prompt}`,e.setAttribute("aria-label",`${t.agent}, ${t.model}, ${o}, ${null===t.duration?"":(0,d.YA)(t.duration)}: ${t.prompt}`)}let ep={run:"run of",chat:"model call",tool:"tool"},em=0;class eb{rows;el=(0,d.jQ)((0,d.h)("div","nba-list"));space=(0,d.h)("div","nba-list-space");items=[];drawn=new Map;active=null;id=`nba-list-${++em}`;frame=0;constructor(e){this.rows=e,this.el.tabIndex=0,this.el.setAttribute("role",e.role),this.el.setAttribute("aria-label",e.label),this.space.setAttribute("role","presentation"),this.el.append(this.space),this.el.addEventListener("scroll",()=>this.soon(),{passive:!0}),this.el.addEventListener("keydown",e=>this.pressed(e)),this.space.addEventListener("click",t=>{let n=t.target.closest("[data-key]")?.dataset.key,s=this.items.findIndex(t=>e.key(t)===n);s>=0&&this.go(s,!0)})}get selected(){return this.items.find(e=>this.rows.key(e)===this.active)}show(e){this.items=e,e.some(e=>this.rows.key(e)===this.active)||(this.active=e.length?this.rows.key(e[0]):null),this.space.style.height=`${e.length*this.rows.height}px`,this.draw()}draw(){this.frame=0;let e=Math.max(0,Math.floor(this.el.scrollTop/this.rows.height)-8),t=Math.min(this.items.length,Math.ceil((this.el.scrollTop+(this.el.clientHeight||600))/this.rows.height)+8),n=this.items.slice(e,t).map((t,n)=>({item:t,at:e+n,key:this.rows.key(t)})),s=new Set(n.map(e=>e.key));for(let[e,t]of this.drawn)s.has(e)||(t.remove(),this.drawn.delete(e));for(let[e,{item:t,at:s,key:i}]of n.entries()){let n=this.drawn.get(i);n||((n=(0,d.h)("div","nba-list-row")).dataset.key=i,n.setAttribute("role","tree"===this.rows.role?"treeitem":"option"),this.drawn.set(i,n)),this.space.children[e]!==n&&this.space.insertBefore(n,this.space.children[e]??null),n.id=`${this.id}-${s}`,n.style.transform=`translateY(${s*this.rows.height}px)`,n.style.height=`${this.rows.height}px`,n.setAttribute("aria-posinset",String(s+1)),n.setAttribute("aria-setsize",String(this.items.length)),n.setAttribute("aria-selected",String(i===this.active)),this.rows.draw(n,t)}let i=this.items.findIndex(e=>this.rows.key(e)===this.active);i>=e&&i<t?this.el.setAttribute("aria-activedescendant",`${this.id}-${i}`):this.el.removeAttribute("aria-activedescendant")}soon(){this.frame||=requestAnimationFrame(()=>this.draw())}go(e,t=!1){let n=this.items[Math.max(0,Math.min(e,this.items.length-1))];if(!n)return;this.active=this.rows.key(n);let s=this.items.indexOf(n)*this.rows.height,i=s+this.rows.height-this.el.clientHeight;this.el.scrollTop>s?this.el.scrollTop=s:this.el.scrollTop<i&&(this.el.scrollTop=i),this.draw(),t&&this.rows.choose(n)}pressed(e){let t=this.items.findIndex(e=>this.rows.key(e)===this.active),n=Math.max(1,Math.floor(this.el.clientHeight/this.rows.height)-1),s={ArrowDown:t+1,ArrowUp:t-1,PageDown:t+n,PageUp:t-n,Home:0,End:this.items.length-1}[e.key];if(void 0!==s)this.go(s);else if("Enter"===e.key||" "===e.key)this.go(t,!0);else{if("Escape"!==e.key||!this.rows.leave)return;this.rows.leave()}e.preventDefault(),e.stopPropagation()}}class ef{link;jump;id="runs";label="Runs";el=(0,d.h)("div","nba-runs");search=(0,d.h)("input","nba-search");model=(0,d.h)("select","nba-model");errors=(0,d.h)("input");note=(0,d.h)("p","nba-panel-note");title=(0,d.h)("span","nba-panel-title");back=(0,d.h)("button","nba-button nba-back","‹ Runs");head=(0,d.h)("div","nba-panel-head",this.back,this.title);details=(0,d.h)("div","nba-details");runs=[];open=null;spans=[];tree=[];span=null;whole=0;asked=0;why="";again=!1;when=0;heard=0;list=new eb({role:"listbox",label:"Runs",height:52,key:e=>e.run,draw:eu,choose:e=>this.enter(e)});waterfall=new eb({role:"tree",label:"Spans of the run",height:24,key:e=>e.id,draw:(e,t)=>(function(e,t,n){let s,i,a,o;e.firstChild||(e.append((0,d.h)("span","nba-span-name",(0,d.h)("span","nba-mark"),(0,d.h)("span")),(0,d.h)("span","nba-span-track",(0,d.h)("span","nba-span-bar",(0,d.h)("span","nba-span-head"))),(0,d.h)("span","nba-span-time")),e.classList.add("nba-span"));let[r,l,h]=[...e.children];e.dataset.kind=t.kind,e.dataset.failed=String("error"===t.status),e.setAttribute("aria-level",String(t.depth+1)),r.style.paddingLeft=`${12*Math.min(t.depth,12)+4}px`,ec(r.children[0],t.status),(0,d.cv)(r.children[1],t.name);let{left:c,width:u,head:p}=(s=Math.max(n,1e-9),i=Math.min(100,100*t.start/s),o=Math.min(100-i,100*(a=t.duration??Math.max(0,n-t.start))/s),{left:i,width:o,head:null!==t.ttft&&a>0?Math.min(100,100*t.ttft/a):0}),m=l.firstElementChild;m.style.left=`min(${c.toFixed(3)}%, 100% - 2px)`,m.style.width=`${u.toFixed(3)}%`,m.firstElementChild.style.width=`${p.toFixed(2)}%`;let b=null===t.duration?"running"===t.status?"…":"":(0,d.YA)(t.duration);(0,d.cv)(h,b);let f=[`${ep[t.kind]} ${t.name}`,t.status,b,null===t.ttft?"":`first token ${(0,d.YA)(t.ttft)}`,eh(t.input,t.output),t.error??""];e.title=f.filter(Boolean).join("\n"),e.setAttribute("aria-label",f.filter(Boolean).join(", "))})(e,t,this.whole),choose:e=>this.look(e.id),leave:()=>null===this.span?this.leave():this.look(null)});constructor(e,t){for(let[n,s]of(this.link=e,this.jump=t,this.search.type="search",this.search.placeholder="Filter",this.search.setAttribute("aria-label","Filter by text"),this.model.setAttribute("aria-label","Filter by model"),this.errors.type="checkbox",this.back.type="button",this.details.setAttribute("role","region"),this.details.setAttribute("aria-label","Details of the span"),[[this.search,"input"],[this.model,"change"],[this.errors,"change"]]))n.addEventListener(s,()=>this.draw());this.back.addEventListener("click",()=>this.leave()),this.details.addEventListener("keydown",e=>{"Escape"===e.key&&(e.stopPropagation(),this.look(null),this.waterfall.el.focus())});let n=(0,d.h)("div","nba-filters",this.search,this.model,(0,d.h)("label","",this.errors,"Errors"));this.el.append(n,this.head,this.note,this.list.el,this.waterfall.el,this.details),this.clear("")}clear(e){this.runs=[],this.asked=0,this.again=!1,this.open=null,this.span=null,this.spans=[],this.tree=[],this.why=e,this.draw()}resume(){this.asked=0,this.again=!1,this.draw()}shown(e){e&&!this.why&&this.refresh()}take(e){let t=e??{};if(this.why="","changed"===t.t)this.refresh();else if("span"===t.t&&t.id===this.span)this.drawDetails(t.span);else if("runs"===t.t){var n;this.runs=(Array.isArray(n=t.runs)?n:[]).flatMap(e=>null===el(e?.run)?[]:[{run:el(e.run),agent:el(e.agent)??"",model:el(e.model)??"",status:el(e.status)??"",at:er(e.at)??0,duration:er(e.duration),input:er(e.input)??0,output:er(e.output)??0,cost:er(e.cost),prompt:el(e.prompt)??"",cell:el(e.cell),count:er(e.count),n_errors:er(e.n_errors)??0,error:el(e.error)}]),this.open&&(this.open=this.runs.find(e=>e.run===this.open.run)??this.open),this.answered()}else"run"===t.t&&t.run===this.open?.run&&(function(e,t){let n=!1;for(let s of Array.isArray(t)?t:[]){let t=Array.isArray(s)?er(s[0]):null;if(null===t||t>e.length||null===el(s[1]))continue;let[,i,a,o,r,l,d,h,c,u,p,m,b,f]=s;e[t]={place:t,id:i,parent:el(a),kind:"chat"===o||"tool"===o?o:"run",name:el(r)??"",start:er(l)??0,duration:er(d),ttft:er(h),status:el(c)??"",input:er(u),output:er(p),cost:er(m),model:el(b),error:el(f),depth:0},n=!0}return n}(this.spans,t.rows)&&(this.tree=function(e){let t=new Set(e.map(e=>e.id)),n=new Map;for(let s of e){let e=null!==s.parent&&s.parent!==s.id&&t.has(s.parent)?s.parent:null,i=n.get(e);i?i.push(s):n.set(e,[s])}let s=[],i=(n.get(null)??[]).map(e=>({row:e,depth:0})).reverse();for(;i.length;){let{row:e,depth:t}=i.pop();for(let a of(e.depth=t,s.push(e),(n.get(e.id)??[]).toReversed()))i.push({row:a,depth:t+1})}return s}(this.spans)),this.whole="number"==typeof t.now?t.now:this.whole,this.heard=performance.now(),this.answered())}refresh(){if(this.asked>0&&performance.now()-this.when<5e3){this.again=!0;return}if(this.asked=this.open?2:1,this.when=performance.now(),this.link.ask({t:"runs"}),!this.open)return;let e=this.spans.filter(e=>null===e.duration&&"running"===e.status).map(e=>e.place);this.link.ask({t:"run",run:this.open.run,have:this.spans.length,still:e}),null!==this.span&&this.spans.find(e=>e.id===this.span)?.status==="running"&&this.link.ask({t:"span",span:this.span})}tick(){if(this.open?.status!=="running"||!this.heard)return;let e=performance.now();this.whole+=(e-this.heard)/1e3,this.heard=e,this.waterfall.draw()}answered(){this.asked=Math.max(0,this.asked-1),this.draw(),!this.asked&&this.again&&(this.again=!1,this.refresh())}enter(e){this.open=e,this.heard=0,this.spans=[],this.tree=[],this.span=null,this.asked=0,this.draw(),this.waterfall.el.focus(),this.refresh()}leave(){this.open=null,this.span=null,this.asked=0,this.draw(),this.list.el.focus(),this.refresh()}look(e){this.span=e,null!==e?this.link.ask({t:"span",span:e}):this.details.replaceChildren(),this.draw()}drawDetails(e){e?function(e,t,n){let s,i=(0,d.h)("div","nba-details-head",(0,d.h)("b","",`${ep[t.kind]??t.kind} ${t.name}`),(0,d.h)("span","nba-fact-status",t.status));if(i.dataset.failed=String("error"===t.status),n){let e=(0,d.h)("button","nba-button nba-jump",null===t.count?"Go to the cell":`Go to cell [${t.count}]`);e.type="button",e.addEventListener("click",n),i.append(e)}let a=(0,d.h)("dl","nba-details-facts",...t.facts.flatMap(([e,t])=>[(0,d.h)("dt","",e),(0,d.h)("dd","",t)])),o=[];for(let e of t.sections){var r;e.group&&e.group!==s&&o.push((0,d.h)("h3","",e.group)),s=e.group;let t=(0,d.h)("pre","","json"===e.format?(r=e.text,/^\s*[{[]/.test(r)?(0,ei.j9)(r):r):e.text);t.tabIndex=0;let n=(0,d.h)("section","nba-said",(0,d.h)("h4","",e.title),t);n.dataset.format=e.format,o.push(n)}e.replaceChildren(i,a,...o)}(this.details,e,e.cell?this.jump(e.cell):null):this.details.replaceChildren((0,d.h)("p","nba-panel-note","This span is no longer in the kernel."))}draw(){let e,t={text:this.search.value.trim(),model:this.model.value,errors:this.errors.checked},n=[...new Set(this.runs.flatMap(e=>e.model?e.model.split(", "):[]))].sort();[...this.model.options].slice(1).map(e=>e.value).join("\n")===n.join("\n")&&this.model.options.length||(this.model.replaceChildren(new Option("All models",""),...n.map(e=>new Option(e,e))),this.model.value=n.includes(t.model)?t.model:"");let s=(e=this.runs,e.filter(e=>(!t.model||e.model.split(", ").includes(t.model))&&(!t.errors||ea(e))&&eo(t,e.agent,e.model,e.prompt,e.error,e.status))),i=this.why||(this.open?"":this.runs.length?s.length?"":"No run fits the filter.":"No runs in this kernel yet. They show here as %%agent cells run.");this.note.textContent=i,(0,d.WU)(this.note,""!==i),(0,d.WU)(this.head,null!==this.open),(0,d.WU)(this.list.el,null===this.open&&""===i),(0,d.WU)(this.waterfall.el,null!==this.open),(0,d.WU)(this.details,null!==this.open&&null!==this.span),this.open?(this.title.textContent=this.open.prompt||this.open.agent,this.title.title=this.open.prompt,this.waterfall.show(function(e,t){if(!t.text&&!t.model&&!t.errors)return e;let n=new Map(e.map(e=>[e.id,e])),s=new Set;for(let i of e)if((!t.model||i.model===t.model)&&(!t.errors||ea(i))&&eo(t,i.name,i.kind,i.error,i.status))for(let e=i;e&&!s.has(e);e=e.parent?n.get(e.parent):void 0)s.add(e);return e.filter(e=>s.has(e))}(this.tree,t))):""===i&&this.list.show(s)}}class eg{tabs;el=(0,d.h)("section","nba nba-panel");list=(0,d.jQ)((0,d.h)("div","nba-tabs"));buttons;at=0;visible=!1;constructor(e){this.tabs=e,this.el.setAttribute("aria-label","Agents"),this.list.setAttribute("role","tablist"),this.list.setAttribute("aria-label","Agents"),this.buttons=e.map((e,t)=>{let n=(0,d.h)("button","nba-tab",e.label);return n.type="button",n.id=`nba-tab-${e.id}`,n.setAttribute("role","tab"),n.setAttribute("aria-controls",`nba-tab-panel-${e.id}`),n.addEventListener("click",()=>this.choose(t)),e.el.id=`nba-tab-panel-${e.id}`,e.el.classList.add("nba-tab-panel"),e.el.setAttribute("role","tabpanel"),e.el.setAttribute("aria-labelledby",n.id),n}),this.list.append(...this.buttons),this.list.addEventListener("keydown",e=>this.pressed(e)),(0,d.WU)(this.list,e.length>1),this.el.append(this.list,...e.map(e=>e.el)),this.draw()}open(e){let t=this.tabs.findIndex(t=>t.id===e);t>=0&&this.choose(t)}take(e){for(let t of this.tabs)t.take(e)}clear(e){for(let t of this.tabs)t.clear(e)}resume(){for(let e of this.tabs)e.resume()}shown(e){this.visible=e,this.tabs[this.at].shown(e)}tick(){this.tabs[this.at].tick?.()}choose(e){e!==this.at&&(this.visible&&this.tabs[this.at].shown(!1),this.at=e,this.draw(),this.visible&&this.tabs[e].shown(!0))}draw(){this.tabs.forEach((e,t)=>{(0,d.WU)(e.el,t===this.at),this.buttons[t].setAttribute("aria-selected",String(t===this.at)),this.buttons[t].tabIndex=t===this.at?0:-1})}pressed(e){let t=this.tabs.length,n={ArrowRight:this.at+1,ArrowLeft:this.at+t-1,Home:0,End:t-1}[e.key];void 0!==n&&(e.preventDefault(),e.stopPropagation(),this.choose(n%t),this.buttons[this.at].focus())}}var ew=n("./node_modules/css-loader/dist/cjs.js!./style/panel.css"),ev={};ev.styleTagTransform=A(),ev.setAttributes=v(),ev.insert=g().bind(null,"head"),ev.domAPI=b(),ev.insertStyleElement=y(),p()(ew.A,ev),ew.A&&ew.A.locals&&ew.A.locals;class ek extends l.Widget{app;notebook=null;tabs;link;clock;constructor(e){super(),this.app=e,this.id="nbagent-traces",this.addClass("nba-panel-frame"),this.title.caption="Agent Traces";let t=[new ef({ask:e=>this.link.ask(e),notebook:()=>this.notebook},e=>this.jump(e))];this.tabs=new eg(t),this.link=new es(this.tabs),this.node.append(this.tabs.el),e.shell.currentChanged?.connect(()=>this.follow()),this.follow()}open(e){this.tabs.open(e)}onAfterShow(){this.clock??=setInterval(()=>this.tabs.tick(),500),this.link.begin(),this.tabs.shown(!0)}onBeforeHide(){clearInterval(this.clock),this.clock=void 0,this.tabs.shown(!1),this.link.end()}dispose(){clearInterval(this.clock),this.link.end(),super.dispose()}follow(){let e=O(this.app.shell.currentWidget);e&&e!==this.notebook&&(this.notebook=e,e.disposed.connect(()=>{this.notebook===e&&(this.notebook=null,this.link.follow(null))}),this.link.follow(e))}jump(e){let t=this.notebook,n=t?.content.widgets.findIndex(t=>t.model.id===e)??-1;return!t||n<0?null:()=>{W(this.app,{panel:t,index:n}),t.content.scrollToItem?.(n,"smart")}}}function ey(e){let t=JSON.stringify(e).replace(/[\u007f-\uffff]/g,e=>`\\u${e.charCodeAt(0).toString(16).padStart(4,"0")}`);return`__import__('IPython').get_ipython().nbagent_page_settings = __import__('json').loads(${JSON.stringify(t)})`}let ex="nbagent-labextension:settings";async function eA(e,t){let n=new Set,s=new WeakMap,i=null,a=t=>{let n=t.session?.kernel;if(!i||!n||e.serviceManager.kernelspecs.specs?.kernelspecs[n.name]?.language!=="python")return;let a=ey(Object.fromEntries(Object.entries(i.composite).filter(([,e])=>null!=e&&""!==e).map(([e,t])=>[e,"params"===e?Object.fromEntries(Object.entries(t).map(([e,t])=>[e,"string"==typeof t?function(e){try{return JSON.parse(e)}catch{return e}}(t):t])):t])));(s.get(n)??ey({}))!==a&&(s.set(n,a),n.requestExecute({code:a,silent:!0,store_history:!1,allow_stdin:!1,stop_on_error:!1}))};e.docRegistry.addWidgetExtension("Notebook",{createNew:e=>{let t=O(e);t&&(e=>{let{sessionContext:t}=e,i=!1,o=()=>{let e=t.session?.kernel;e&&s.delete(e)};n.add(e),e.disposed.connect(()=>n.delete(e)),t.kernelChanged.connect(()=>{o(),a(t)}),t.statusChanged.connect((e,n)=>{i&&"autorestarting"!==n&&a(t),(i="autorestarting"===n)&&o()}),a(t)})(t)}});let o=()=>n.forEach(e=>a(e.sessionContext));(i=await t.load(ex)).changed.connect(o),o()}let ej={id:"nbagent-labextension:agent-cells",description:"Shows %%agent cells as Markdown",autoStart:!0,requires:[a.IEditorExtensionRegistry,a.IEditorLanguageRegistry],activate:(e,t,n)=>{let s=async()=>(await n.getLanguage("markdown"))?.support??null;t.addExtension({name:"nbagent:agent-cells",factory:()=>{let e,t,n,i;return a.EditorExtensionRegistry.createImmutableExtension((e=new K.Compartment,t=Q.ViewPlugin.fromClass(class{decorations=Q.Decoration.none;on=!1;constructor(e){this.look(e)}update(e){e.docChanged&&this.look(e.view)}look(t){let n=et(t.state);this.decorations=n?Q.Decoration.set([Z.range(0)]):Q.Decoration.none,n!==this.on&&(this.on=n,Promise.resolve(n?s():null).then(s=>{this.on===n&&t.dispatch({effects:e.reconfigure(s?K.Prec.highest(s):[])})}))}},{decorations:e=>e.decorations}),n=Q.ViewPlugin.fromClass(class{decorations;on;constructor(e){this.on=et(e.state),this.decorations=this.on?ee.createDeco(e):Q.Decoration.none}update(e){let t=et(e.state);t?this.decorations=this.on?ee.updateDeco(e,this.decorations):ee.createDeco(e.view):this.decorations=Q.Decoration.none,this.on=t}},{decorations:e=>e.decorations}),i=Q.EditorView.baseTheme({".nba-command":{opacity:"0.75"},".nba-filled-in, .nba-filled-in *":{color:"var(--jp-mirror-editor-variable-2-color, #0550ae) !important",fontFamily:"var(--jp-code-font-family, monospace)"}}),[e.of([]),t,K.Prec.lowest(n),i]))}})}},eC={id:"nbagent-labextension:actions",description:"Copy, retry, insert and continue, under an answer and as commands",autoStart:!0,optional:[i.ICommandPalette],activate:function(e,t){for(let n of(document.addEventListener(E.Ku,t=>{let n=R(e,t.target),s=t.detail;n&&s instanceof Set&&(s.add("retry").add("insert"),null!==Y(n)&&s.add("continue"),null!==I(J(n)[n.index],"",[])&&s.add("model"))}),document.addEventListener(E.fg,t=>{let{action:n,text:s}=t.detail??{},i=R(e,t.target);i&&n&&V(e,i,n,String(s??""))}),Object.keys(q))){let s=`nbagent:${n}-answer`;e.commands.addCommand(s,{label:q[n],isEnabled:()=>{var t,s;let i=G(e);return null!==i&&(t=n,s=i.place,"continue"===t?null!==Y(s):"model"!==t||null!==I(J(s)[s.index],"",[]))},execute:()=>{let t=G(e);t&&V(e,t.place,n,(0,D.ut)(t.state))}}),t?.addItem({command:s,category:U})}}},eS=new r.LabIcon({name:"nbagent:traces",svgstr:'<svg xmlns="http://www.w3.org/2000/svg" width="24" viewBox="0 0 24 24"><g class="jp-icon3" fill="#616161"><rect x="3" y="4" width="12" height="4" rx="1"/><rect x="7" y="10" width="9" height="4" rx="1"/><rect x="12" y="16" width="9" height="4" rx="1"/></g></svg>'}),e$={id:"nbagent-labextension:traces",description:"Runs of agents, in the right sidebar",autoStart:!0,optional:[i.ICommandPalette,s.ILayoutRestorer],activate:(e,t,n)=>{let s=new ek(e);s.title.icon=eS,e.shell.add(s,"right",{rank:900}),n?.add(s,s.id);let i="nbagent:show-traces";e.commands.addCommand(i,{label:"Show Agent Traces",execute:()=>e.shell.activateById(s.id)}),t?.addItem({command:i,category:U})}},eE=[ej,{id:"nbagent-labextension:decisions",description:"Carries a paused run on when its saved view is clicked",autoStart:!0,activate:function(e){(0,en.KT)(),document.addEventListener(en.V1,t=>{let n=(0,en.b5)(t.detail),s=R(e,t.target);null!==n&&null!==s&&(z(e,s,[{cell_type:"code",source:n}]),N(e,{...s,index:s.index+1}))})}},eC,{id:"nbagent-labextension:commands",description:"Cells for agents, stop, and the settings, as commands",autoStart:!0,optional:[i.ICommandPalette],activate:function(e,t){let n=(n,s)=>{e.commands.addCommand(n,s),t?.addItem({command:n,category:U})},s=()=>{let t=O(e.shell.currentWidget);return t&&t.content.activeCellIndex>=0?{panel:t,index:t.content.activeCellIndex}:null},i=()=>{let e=s();return e&&(0,D.$s)(e.panel.content.activeCell?.model.sharedModel.getSource()??"")?e:null},a=()=>{let t=O(e.shell.currentWidget),n=t?.sessionContext.session?.kernel;return n&&("busy"===n.status||t.node.querySelector(".nba-stop:not([hidden])"))?n:null};n("nbagent:insert-cell",{label:"Insert Agent Cell Below",isEnabled:()=>null!==s(),execute:()=>{let t=s();t&&(z(e,t,[{cell_type:"code",source:"%%agent\n"}]),requestAnimationFrame(()=>F(t.panel.content)))}}),n("nbagent:run-cell",{label:"Run Agent Cell",isEnabled:()=>null!==i(),execute:()=>{let t=i();t&&N(e,t)}}),n("nbagent:stop",{label:"Stop the Running Agent",isEnabled:()=>null!==a(),execute:()=>a()?.interrupt()}),n("nbagent:settings",{label:"nbagent Settings…",isVisible:()=>e.commands.hasCommand("settingeditor:open"),execute:()=>e.commands.execute("settingeditor:open",{query:"nbagent"})})}},e$,{id:ex,description:"Tells the kernels of notebooks what is set in JupyterLab",autoStart:!0,requires:[o.ISettingRegistry],activate:eA}]},"./node_modules/css-loader/dist/cjs.js!./style/chooser.css"(e,t,n){var s=n("./node_modules/css-loader/dist/runtime/noSourceMaps.js"),i=n.n(s),a=n("./node_modules/css-loader/dist/runtime/api.js"),o=(n.n(a))()(i());o.push([e.id,`/* the dialog that asks for another model: JupyterLab's own colours, as its dialogs have */

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
`,""]),n.d(t,{},{A:o})},"./node_modules/css-loader/dist/cjs.js!./style/panel.css"(e,t,n){var s=n("./node_modules/css-loader/dist/runtime/noSourceMaps.js"),i=n.n(s),a=n("./node_modules/css-loader/dist/runtime/api.js"),o=(n.n(a))()(i());o.push([e.id,`/* The trace panel in the sidebar. Colours are those of run.css, mixed from the page's own. */

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
`,""]),n.d(t,{},{A:o})},"./node_modules/css-loader/dist/runtime/api.js"(e){e.exports=function(e){var t=[];return t.toString=function(){return this.map(function(t){var n="",s=void 0!==t[5];return t[4]&&(n+="@supports (".concat(t[4],") {")),t[2]&&(n+="@media ".concat(t[2]," {")),s&&(n+="@layer".concat(t[5].length>0?" ".concat(t[5]):""," {")),n+=e(t),s&&(n+="}"),t[2]&&(n+="}"),t[4]&&(n+="}"),n}).join("")},t.i=function(e,n,s,i,a){"string"==typeof e&&(e=[[null,e,void 0]]);var o={};if(s)for(var r=0;r<this.length;r++){var l=this[r][0];null!=l&&(o[l]=!0)}for(var d=0;d<e.length;d++){var h=[].concat(e[d]);s&&o[h[0]]||(void 0!==a&&(void 0===h[5]||(h[1]="@layer".concat(h[5].length>0?" ".concat(h[5]):""," {").concat(h[1],"}")),h[5]=a),n&&(h[2]&&(h[1]="@media ".concat(h[2]," {").concat(h[1],"}")),h[2]=n),i&&(h[4]?(h[1]="@supports (".concat(h[4],") {").concat(h[1],"}"),h[4]=i):h[4]="".concat(i)),t.push(h))}},t}},"./node_modules/css-loader/dist/runtime/noSourceMaps.js"(e){e.exports=function(e){return e[1]}},"./node_modules/style-loader/dist/runtime/injectStylesIntoStyleTag.js"(e){var t=[];function n(e){for(var n=-1,s=0;s<t.length;s++)if(t[s].identifier===e){n=s;break}return n}function s(e,s){for(var i={},a=[],o=0;o<e.length;o++){var r=e[o],l=s.base?r[0]+s.base:r[0],d=i[l]||0,h="".concat(l," ").concat(d);i[l]=d+1;var c=n(h),u={css:r[1],media:r[2],sourceMap:r[3],supports:r[4],layer:r[5]};if(-1!==c)t[c].references++,t[c].updater(u);else{var p=function(e,t){var n=t.domAPI(t);return n.update(e),function(t){t?(t.css!==e.css||t.media!==e.media||t.sourceMap!==e.sourceMap||t.supports!==e.supports||t.layer!==e.layer)&&n.update(e=t):n.remove()}}(u,s);s.byIndex=o,t.splice(o,0,{identifier:h,updater:p,references:1})}a.push(h)}return a}e.exports=function(e,i){var a=s(e=e||[],i=i||{});return function(e){e=e||[];for(var o=0;o<a.length;o++){var r=n(a[o]);t[r].references--}for(var l=s(e,i),d=0;d<a.length;d++){var h=n(a[d]);0===t[h].references&&(t[h].updater(),t.splice(h,1))}a=l}}},"./node_modules/style-loader/dist/runtime/insertBySelector.js"(e){var t={};e.exports=function(e,n){var s=function(e){if(void 0===t[e]){var n=document.querySelector(e);if(window.HTMLIFrameElement&&n instanceof window.HTMLIFrameElement)try{n=n.contentDocument.head}catch(e){n=null}t[e]=n}return t[e]}(e);if(!s)throw Error("Couldn't find a style target. This probably means that the value for the 'insert' parameter is invalid.");s.appendChild(n)}},"./node_modules/style-loader/dist/runtime/insertStyleElement.js"(e){e.exports=function(e){var t=document.createElement("style");return e.setAttributes(t,e.attributes),e.insert(t,e.options),t}},"./node_modules/style-loader/dist/runtime/setAttributesWithoutAttributes.js"(e,t,n){e.exports=function(e){var t=n.nc;t&&e.setAttribute("nonce",t)}},"./node_modules/style-loader/dist/runtime/styleDomAPI.js"(e){e.exports=function(e){if("u"<typeof document)return{update:function(){},remove:function(){}};var t=e.insertStyleElement(e);return{update:function(n){var s,i,a;s="",n.supports&&(s+="@supports (".concat(n.supports,") {")),n.media&&(s+="@media ".concat(n.media," {")),(i=void 0!==n.layer)&&(s+="@layer".concat(n.layer.length>0?" ".concat(n.layer):""," {")),s+=n.css,i&&(s+="}"),n.media&&(s+="}"),n.supports&&(s+="}"),(a=n.sourceMap)&&"u">typeof btoa&&(s+="\n/*# sourceMappingURL=data:application/json;base64,".concat(btoa(unescape(encodeURIComponent(JSON.stringify(a))))," */")),e.styleTagTransform(s,t,e.options)},remove:function(){var e;null===(e=t).parentNode||e.parentNode.removeChild(e)}}}},"./node_modules/style-loader/dist/runtime/styleTagTransform.js"(e){e.exports=function(e,t){if(t.styleSheet)t.styleSheet.cssText=e;else{for(;t.firstChild;)t.removeChild(t.firstChild);t.appendChild(document.createTextNode(e))}}}}]);