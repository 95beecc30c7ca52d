"use strict";(self.rspackChunknbagent_labextension=self.rspackChunknbagent_labextension||[]).push([["lib_index_js"],{"./lib/index.js"(t,e,n){n.r(e),n.d(e,{default:()=>td});var s=n("webpack/sharing/consume/default/@jupyterlab/application"),a=n("webpack/sharing/consume/default/@jupyterlab/apputils"),i=n("webpack/sharing/consume/default/@jupyterlab/codemirror"),r=n("webpack/sharing/consume/default/@jupyterlab/ui-components"),o=n("./lib/core/actions.js"),l=n("./lib/core/answer.js"),d=n("./lib/core/saved.js"),h=n("./lib/mime-type.js");function c(t){return t?.content&&"widgets"in t.content&&"activeCellIndex"in t.content&&t.sessionContext?t:null}function u(t,e){if(!(e instanceof Node))return null;for(let n of t.shell.widgets("main")){let t=n.node.contains(e)?c(n):null,s=t?t.content.widgets.findIndex(t=>t.node.contains(e)):-1;if(t&&s>=0)return{panel:t,index:s}}return null}function p(t,{panel:e,index:n}){t.shell.activateById(e.id),e.content.activeCellIndex=n,e.content.deselectAll()}async function m(t,e){p(t,e),await t.commands.execute("notebook:run-cell")}function b(t,{panel:e,index:n},s){let a=s.map(t=>({...t,metadata:"code"===t.cell_type?{trusted:!0}:{}}));e.content.model?.sharedModel.insertCells(n+1,a),p(t,{panel:e,index:n+1})}let f="nbagent",g={copy:"Copy the Answer",retry:"Run the Prompt Again",insert:"Insert the Answer as Cells Below",continue:"Continue the Conversation Below"};function w(t,e,n,s){let a="continue"===n?v(e):null;"copy"===n?navigator.clipboard?.writeText(s):"retry"===n?m(t,e):"insert"===n&&s?b(t,e,(0,l.Sd)(s)):null!==a&&(b(t,e,[{cell_type:"code",source:`${a}
`}]),requestAnimationFrame(()=>{var t;let n,s;return(t=e.panel.content).mode="edit",n=t.activeCell?.model.sharedModel.getSource().split("\n")??[],s=t.activeCell?.editor,void(s?.focus(),s?.setCursorPosition({line:n.length-1,column:n.at(-1)?.length??0}))}))}function v({panel:t,index:e}){let[n="",...s]=t.content.widgets.slice(0,e+1).map(t=>t.model.sharedModel.getSource()).reverse(),a=(0,l.B$)(n);return null===a&&/--resume\b/.test(n)?s.map(l.B$).find(t=>null!==t)??null:a}function k(t){let e=c(t.shell.currentWidget),n=e?.content.activeCell?.model.type==="code"?e.content.activeCell.model.toJSON().outputs:null;if(!e||!Array.isArray(n))return null;for(let t of n){let n=(0,d.u)(t?.data?.[h.x]);if(n)return{place:{panel:e,index:e.content.activeCellIndex},state:n}}return null}var y=n("webpack/sharing/consume/default/@codemirror/state"),x=n("webpack/sharing/consume/default/@codemirror/view");let A=/^\s*%%agent\b/,j=x.Decoration.line({class:"nba-command"}),C=new x.MatchDecorator({regexp:/\{\{.*?\}\}|\{%.*?%\}/g,decoration:x.Decoration.mark({class:"nba-filled-in"})}),S=t=>A.test(t.doc.line(1).text);var E=n("./lib/core/later.js"),I=n("webpack/sharing/consume/default/@lumino/widgets");class ${hears;notebook=null;kernel=null;comm=null;seen="";open=!1;constructor(t){this.hears=t}ask(t){this.comm&&!this.comm.isDisposed&&this.comm.send(t)}follow(t){t!==this.notebook&&(this.notebook?.sessionContext.kernelChanged.disconnect(this.connect,this),this.notebook?.sessionContext.statusChanged.disconnect(this.status,this),this.notebook=t,t?.sessionContext.kernelChanged.connect(this.connect,this),t?.sessionContext.statusChanged.connect(this.status,this),this.connect())}begin(){this.open=!0,this.connect()}end(){this.open=!1,this.disconnect()}status(t,e){"restarting"===e||"autorestarting"===e?this.lose("The kernel starts again …"):"dead"===e?this.lose("The kernel is dead. Start it again to see its runs."):"idle"!==e||this.comm||this.connect()}lose(t){this.seen="",this.disconnect(),this.open&&this.hears.clear(t)}connect(){let t=this.notebook?.sessionContext.session?.kernel??null;if(!this.open||this.comm&&t===this.kernel)return;if(this.disconnect(),!t)return this.lose(this.notebook?"This notebook has no kernel: its runs are shown when it has one.":"Open a notebook to see its runs.");this.kernel=t,this.seen===t.id?this.hears.resume():this.hears.clear("Asking the kernel …"),this.seen=t.id;let e=t.createComm("nbagent.panel");this.comm=e,e.onMsg=t=>{this.comm===e&&this.hears.take(t.content.data)},e.onClose=()=>{this.comm===e&&(this.comm=null,this.seen="",this.hears.clear("This kernel has not loaded nbagent. Run %load_ext nbagent to see its runs."))},e.open({})}disconnect(){let t=this.comm;this.comm=null,t&&!t.isDisposed&&this.kernel&&!this.kernel.isDisposed&&t.close(),this.kernel=null}}var M=n("./lib/core/dom.js"),T=n("./lib/core/json.js");let _=t=>"error"===t.status||(t.n_errors??0)>0,L=(t,...e)=>{let n=t.text.toLowerCase().split(/\s+/).filter(Boolean),s=e.join("\n").toLowerCase();return n.every(t=>s.includes(t))},D=t=>"number"==typeof t&&Number.isFinite(t)?t:null,P=t=>"string"==typeof t?t:null,B={ok:"ok",error:"error",cancelled:"cancelled",paused:"pending"},R=(t,e)=>null===t&&null===e?"":`${(0,M.U9)(t??0)} → ${(0,M.U9)(e??0)}`;function U(t,e){t.dataset.status!==e&&(t.dataset.status=e,t.replaceChildren((0,M.Kk)(B[e]??"")))}function F(t,e){if(!t.firstChild){let e=(0,M.h)("div","nba-run-line",(0,M.h)("span","nba-mark"),(0,M.h)("b","nba-run-agent"),(0,M.h)("span","nba-run-model"),(0,M.h)("span","nba-run-time"));t.append(e,(0,M.h)("div","nba-run-prompt"),(0,M.h)("div","nba-run-facts")),t.classList.add("nba-run")}let[n,s,a,i]=[...t.children[0].children],r="ok"===e.status&&_(e)?"ok, with errors":e.status;U(n,e.status),t.dataset.failed=String(_(e)),(0,M.cv)(s,e.agent),(0,M.cv)(a,e.model),(0,M.cv)(i,null===e.duration?"":(0,M.YA)(e.duration)),(0,M.cv)(t.children[1],e.prompt||"(no prompt)");let o=[null===e.count?"":`[${e.count}]`,new Date(1e3*e.at).toLocaleTimeString([],{hour:"2-digit",minute:"2-digit",second:"2-digit"}),R(e.input,e.output),(0,M.TG)(e.cost,"")].filter(Boolean).join(" \xb7 ");(0,M.cv)(t.children[2],o),t.title=`${r}${e.error?`
${e.error}`:""}
${e.prompt}`,t.setAttribute("aria-label",`${e.agent}, ${e.model}, ${r}, ${null===e.duration?"":(0,M.YA)(e.duration)}: ${e.prompt}`)}let W={run:"run of",chat:"model call",tool:"tool"},z=0;class N{rows;el=(0,M.jQ)((0,M.h)("div","nba-list"));space=(0,M.h)("div","nba-list-space");items=[];drawn=new Map;active=null;id=`nba-list-${++z}`;frame=0;constructor(t){this.rows=t,this.el.tabIndex=0,this.el.setAttribute("role",t.role),this.el.setAttribute("aria-label",t.label),this.space.setAttribute("role","presentation"),this.el.append(this.space),this.el.addEventListener("scroll",()=>this.soon(),{passive:!0}),this.el.addEventListener("keydown",t=>this.pressed(t)),this.space.addEventListener("click",e=>{let n=e.target.closest("[data-key]")?.dataset.key,s=this.items.findIndex(e=>t.key(e)===n);s>=0&&this.go(s,!0)})}get selected(){return this.items.find(t=>this.rows.key(t)===this.active)}show(t){this.items=t,t.some(t=>this.rows.key(t)===this.active)||(this.active=t.length?this.rows.key(t[0]):null),this.space.style.height=`${t.length*this.rows.height}px`,this.draw()}draw(){this.frame=0;let t=Math.max(0,Math.floor(this.el.scrollTop/this.rows.height)-8),e=Math.min(this.items.length,Math.ceil((this.el.scrollTop+(this.el.clientHeight||600))/this.rows.height)+8),n=this.items.slice(t,e).map((e,n)=>({item:e,at:t+n,key:this.rows.key(e)})),s=new Set(n.map(t=>t.key));for(let[t,e]of this.drawn)s.has(t)||(e.remove(),this.drawn.delete(t));for(let[t,{item:e,at:s,key:a}]of n.entries()){let n=this.drawn.get(a);n||((n=(0,M.h)("div","nba-list-row")).dataset.key=a,n.setAttribute("role","tree"===this.rows.role?"treeitem":"option"),this.drawn.set(a,n)),this.space.children[t]!==n&&this.space.insertBefore(n,this.space.children[t]??null),n.id=`${this.id}-${s}`,n.style.transform=`translateY(${s*this.rows.height}px)`,n.style.height=`${this.rows.height}px`,n.setAttribute("aria-posinset",String(s+1)),n.setAttribute("aria-setsize",String(this.items.length)),n.setAttribute("aria-selected",String(a===this.active)),this.rows.draw(n,e)}let a=this.items.findIndex(t=>this.rows.key(t)===this.active);a>=t&&a<e?this.el.setAttribute("aria-activedescendant",`${this.id}-${a}`):this.el.removeAttribute("aria-activedescendant")}soon(){this.frame||=requestAnimationFrame(()=>this.draw())}go(t,e=!1){let n=this.items[Math.max(0,Math.min(t,this.items.length-1))];if(!n)return;this.active=this.rows.key(n);let s=this.items.indexOf(n)*this.rows.height,a=s+this.rows.height-this.el.clientHeight;this.el.scrollTop>s?this.el.scrollTop=s:this.el.scrollTop<a&&(this.el.scrollTop=a),this.draw(),e&&this.rows.choose(n)}pressed(t){let e=this.items.findIndex(t=>this.rows.key(t)===this.active),n=Math.max(1,Math.floor(this.el.clientHeight/this.rows.height)-1),s={ArrowDown:e+1,ArrowUp:e-1,PageDown:e+n,PageUp:e-n,Home:0,End:this.items.length-1}[t.key];if(void 0!==s)this.go(s);else if("Enter"===t.key||" "===t.key)this.go(e,!0);else{if("Escape"!==t.key||!this.rows.leave)return;this.rows.leave()}t.preventDefault(),t.stopPropagation()}}class H{link;jump;id="runs";label="Runs";el=(0,M.h)("div","nba-runs");search=(0,M.h)("input","nba-search");model=(0,M.h)("select","nba-model");errors=(0,M.h)("input");note=(0,M.h)("p","nba-panel-note");title=(0,M.h)("span","nba-panel-title");back=(0,M.h)("button","nba-button nba-back","‹ Runs");head=(0,M.h)("div","nba-panel-head",this.back,this.title);details=(0,M.h)("div","nba-details");runs=[];open=null;spans=[];tree=[];span=null;whole=0;asked=0;why="";again=!1;when=0;heard=0;list=new N({role:"listbox",label:"Runs",height:52,key:t=>t.run,draw:F,choose:t=>this.enter(t)});waterfall=new N({role:"tree",label:"Spans of the run",height:24,key:t=>t.id,draw:(t,e)=>(function(t,e,n){let s,a,i,r;t.firstChild||(t.append((0,M.h)("span","nba-span-name",(0,M.h)("span","nba-mark"),(0,M.h)("span")),(0,M.h)("span","nba-span-track",(0,M.h)("span","nba-span-bar",(0,M.h)("span","nba-span-head"))),(0,M.h)("span","nba-span-time")),t.classList.add("nba-span"));let[o,l,d]=[...t.children];t.dataset.kind=e.kind,t.dataset.failed=String("error"===e.status),t.setAttribute("aria-level",String(e.depth+1)),o.style.paddingLeft=`${12*Math.min(e.depth,12)+4}px`,U(o.children[0],e.status),(0,M.cv)(o.children[1],e.name);let{left:h,width:c,head:u}=(s=Math.max(n,1e-9),a=Math.min(100,100*e.start/s),r=Math.min(100-a,100*(i=e.duration??Math.max(0,n-e.start))/s),{left:a,width:r,head:null!==e.ttft&&i>0?Math.min(100,100*e.ttft/i):0}),p=l.firstElementChild;p.style.left=`min(${h.toFixed(3)}%, 100% - 2px)`,p.style.width=`${c.toFixed(3)}%`,p.firstElementChild.style.width=`${u.toFixed(2)}%`;let m=null===e.duration?"running"===e.status?"…":"":(0,M.YA)(e.duration);(0,M.cv)(d,m);let b=[`${W[e.kind]} ${e.name}`,e.status,m,null===e.ttft?"":`first token ${(0,M.YA)(e.ttft)}`,R(e.input,e.output),e.error??""];t.title=b.filter(Boolean).join("\n"),t.setAttribute("aria-label",b.filter(Boolean).join(", "))})(t,e,this.whole),choose:t=>this.look(t.id),leave:()=>null===this.span?this.leave():this.look(null)});constructor(t,e){for(let[n,s]of(this.link=t,this.jump=e,this.search.type="search",this.search.placeholder="Filter",this.search.setAttribute("aria-label","Filter by text"),this.model.setAttribute("aria-label","Filter by model"),this.errors.type="checkbox",this.back.type="button",this.details.setAttribute("role","region"),this.details.setAttribute("aria-label","Details of the span"),[[this.search,"input"],[this.model,"change"],[this.errors,"change"]]))n.addEventListener(s,()=>this.draw());this.back.addEventListener("click",()=>this.leave()),this.details.addEventListener("keydown",t=>{"Escape"===t.key&&(t.stopPropagation(),this.look(null),this.waterfall.el.focus())});let n=(0,M.h)("div","nba-filters",this.search,this.model,(0,M.h)("label","",this.errors,"Errors"));this.el.append(n,this.head,this.note,this.list.el,this.waterfall.el,this.details),this.clear("")}clear(t){this.runs=[],this.asked=0,this.again=!1,this.open=null,this.span=null,this.spans=[],this.tree=[],this.why=t,this.draw()}resume(){this.asked=0,this.again=!1,this.draw()}shown(t){t&&!this.why&&this.refresh()}take(t){let e=t??{};if(this.why="","changed"===e.t)this.refresh();else if("span"===e.t&&e.id===this.span)this.drawDetails(e.span);else if("runs"===e.t){var n;this.runs=(Array.isArray(n=e.runs)?n:[]).flatMap(t=>null===P(t?.run)?[]:[{run:P(t.run),agent:P(t.agent)??"",model:P(t.model)??"",status:P(t.status)??"",at:D(t.at)??0,duration:D(t.duration),input:D(t.input)??0,output:D(t.output)??0,cost:D(t.cost),prompt:P(t.prompt)??"",cell:P(t.cell),count:D(t.count),n_errors:D(t.n_errors)??0,error:P(t.error)}]),this.open&&(this.open=this.runs.find(t=>t.run===this.open.run)??this.open),this.answered()}else"run"===e.t&&e.run===this.open?.run&&(function(t,e){let n=!1;for(let s of Array.isArray(e)?e:[]){let e=Array.isArray(s)?D(s[0]):null;if(null===e||e>t.length||null===P(s[1]))continue;let[,a,i,r,o,l,d,h,c,u,p,m,b,f]=s;t[e]={place:e,id:a,parent:P(i),kind:"chat"===r||"tool"===r?r:"run",name:P(o)??"",start:D(l)??0,duration:D(d),ttft:D(h),status:P(c)??"",input:D(u),output:D(p),cost:D(m),model:P(b),error:P(f),depth:0},n=!0}return n}(this.spans,e.rows)&&(this.tree=function(t){let e=new Set(t.map(t=>t.id)),n=new Map;for(let s of t){let t=null!==s.parent&&s.parent!==s.id&&e.has(s.parent)?s.parent:null,a=n.get(t);a?a.push(s):n.set(t,[s])}let s=[],a=(n.get(null)??[]).map(t=>({row:t,depth:0})).reverse();for(;a.length;){let{row:t,depth:e}=a.pop();for(let i of(t.depth=e,s.push(t),(n.get(t.id)??[]).toReversed()))a.push({row:i,depth:e+1})}return s}(this.spans)),this.whole="number"==typeof e.now?e.now:this.whole,this.heard=performance.now(),this.answered())}refresh(){if(this.asked>0&&performance.now()-this.when<5e3){this.again=!0;return}if(this.asked=this.open?2:1,this.when=performance.now(),this.link.ask({t:"runs"}),!this.open)return;let t=this.spans.filter(t=>null===t.duration&&"running"===t.status).map(t=>t.place);this.link.ask({t:"run",run:this.open.run,have:this.spans.length,still:t}),null!==this.span&&this.spans.find(t=>t.id===this.span)?.status==="running"&&this.link.ask({t:"span",span:this.span})}tick(){if(this.open?.status!=="running"||!this.heard)return;let t=performance.now();this.whole+=(t-this.heard)/1e3,this.heard=t,this.waterfall.draw()}answered(){this.asked=Math.max(0,this.asked-1),this.draw(),!this.asked&&this.again&&(this.again=!1,this.refresh())}enter(t){this.open=t,this.heard=0,this.spans=[],this.tree=[],this.span=null,this.asked=0,this.draw(),this.waterfall.el.focus(),this.refresh()}leave(){this.open=null,this.span=null,this.asked=0,this.draw(),this.list.el.focus(),this.refresh()}look(t){this.span=t,null!==t?this.link.ask({t:"span",span:t}):this.details.replaceChildren(),this.draw()}drawDetails(t){t?function(t,e,n){let s,a=(0,M.h)("div","nba-details-head",(0,M.h)("b","",`${W[e.kind]??e.kind} ${e.name}`),(0,M.h)("span","nba-fact-status",e.status));if(a.dataset.failed=String("error"===e.status),n){let t=(0,M.h)("button","nba-button nba-jump",null===e.count?"Go to the cell":`Go to cell [${e.count}]`);t.type="button",t.addEventListener("click",n),a.append(t)}let i=(0,M.h)("dl","nba-details-facts",...e.facts.flatMap(([t,e])=>[(0,M.h)("dt","",t),(0,M.h)("dd","",e)])),r=[];for(let t of e.sections){var o;t.group&&t.group!==s&&r.push((0,M.h)("h3","",t.group)),s=t.group;let e=(0,M.h)("pre","","json"===t.format?(o=t.text,/^\s*[{[]/.test(o)?(0,T.j9)(o):o):t.text);e.tabIndex=0;let n=(0,M.h)("section","nba-said",(0,M.h)("h4","",t.title),e);n.dataset.format=t.format,r.push(n)}t.replaceChildren(a,i,...r)}(this.details,t,t.cell?this.jump(t.cell):null):this.details.replaceChildren((0,M.h)("p","nba-panel-note","This span is no longer in the kernel."))}draw(){let t,e={text:this.search.value.trim(),model:this.model.value,errors:this.errors.checked},n=[...new Set(this.runs.flatMap(t=>t.model?t.model.split(", "):[]))].sort();[...this.model.options].slice(1).map(t=>t.value).join("\n")===n.join("\n")&&this.model.options.length||(this.model.replaceChildren(new Option("All models",""),...n.map(t=>new Option(t,t))),this.model.value=n.includes(e.model)?e.model:"");let s=(t=this.runs,t.filter(t=>(!e.model||t.model.split(", ").includes(e.model))&&(!e.errors||_(t))&&L(e,t.agent,t.model,t.prompt,t.error,t.status))),a=this.why||(this.open?"":this.runs.length?s.length?"":"No run fits the filter.":"No runs in this kernel yet. They show here as %%agent cells run.");this.note.textContent=a,(0,M.WU)(this.note,""!==a),(0,M.WU)(this.head,null!==this.open),(0,M.WU)(this.list.el,null===this.open&&""===a),(0,M.WU)(this.waterfall.el,null!==this.open),(0,M.WU)(this.details,null!==this.open&&null!==this.span),this.open?(this.title.textContent=this.open.prompt||this.open.agent,this.title.title=this.open.prompt,this.waterfall.show(function(t,e){if(!e.text&&!e.model&&!e.errors)return t;let n=new Map(t.map(t=>[t.id,t])),s=new Set;for(let a of t)if((!e.model||a.model===e.model)&&(!e.errors||_(a))&&L(e,a.name,a.kind,a.error,a.status))for(let t=a;t&&!s.has(t);t=t.parent?n.get(t.parent):void 0)s.add(t);return t.filter(t=>s.has(t))}(this.tree,e))):""===a&&this.list.show(s)}}class O{tabs;el=(0,M.h)("section","nba nba-panel");list=(0,M.jQ)((0,M.h)("div","nba-tabs"));buttons;at=0;visible=!1;constructor(t){this.tabs=t,this.el.setAttribute("aria-label","Agents"),this.list.setAttribute("role","tablist"),this.list.setAttribute("aria-label","Agents"),this.buttons=t.map((t,e)=>{let n=(0,M.h)("button","nba-tab",t.label);return n.type="button",n.id=`nba-tab-${t.id}`,n.setAttribute("role","tab"),n.setAttribute("aria-controls",`nba-tab-panel-${t.id}`),n.addEventListener("click",()=>this.choose(e)),t.el.id=`nba-tab-panel-${t.id}`,t.el.classList.add("nba-tab-panel"),t.el.setAttribute("role","tabpanel"),t.el.setAttribute("aria-labelledby",n.id),n}),this.list.append(...this.buttons),this.list.addEventListener("keydown",t=>this.pressed(t)),(0,M.WU)(this.list,t.length>1),this.el.append(this.list,...t.map(t=>t.el)),this.draw()}open(t){let e=this.tabs.findIndex(e=>e.id===t);e>=0&&this.choose(e)}take(t){for(let e of this.tabs)e.take(t)}clear(t){for(let e of this.tabs)e.clear(t)}resume(){for(let t of this.tabs)t.resume()}shown(t){this.visible=t,this.tabs[this.at].shown(t)}tick(){this.tabs[this.at].tick?.()}choose(t){t!==this.at&&(this.visible&&this.tabs[this.at].shown(!1),this.at=t,this.draw(),this.visible&&this.tabs[t].shown(!0))}draw(){this.tabs.forEach((t,e)=>{(0,M.WU)(t.el,e===this.at),this.buttons[e].setAttribute("aria-selected",String(e===this.at)),this.buttons[e].tabIndex=e===this.at?0:-1})}pressed(t){let e=this.tabs.length,n={ArrowRight:this.at+1,ArrowLeft:this.at+e-1,Home:0,End:e-1}[t.key];void 0!==n&&(t.preventDefault(),t.stopPropagation(),this.choose(n%e),this.buttons[this.at].focus())}}var Y=n("./node_modules/style-loader/dist/runtime/injectStylesIntoStyleTag.js"),q=n.n(Y),V=n("./node_modules/style-loader/dist/runtime/styleDomAPI.js"),G=n.n(V),K=n("./node_modules/style-loader/dist/runtime/insertBySelector.js"),J=n.n(K),Q=n("./node_modules/style-loader/dist/runtime/setAttributesWithoutAttributes.js"),X=n.n(Q),Z=n("./node_modules/style-loader/dist/runtime/insertStyleElement.js"),tt=n.n(Z),te=n("./node_modules/style-loader/dist/runtime/styleTagTransform.js"),tn=n.n(te),ts=n("./node_modules/css-loader/dist/cjs.js!./style/panel.css"),ta={};ta.styleTagTransform=tn(),ta.setAttributes=X(),ta.insert=J().bind(null,"head"),ta.domAPI=G(),ta.insertStyleElement=tt(),q()(ts.A,ta),ts.A&&ts.A.locals&&ts.A.locals;class ti extends I.Widget{app;notebook=null;tabs;link;clock;constructor(t){super(),this.app=t,this.id="nbagent-traces",this.addClass("nba-panel-frame"),this.title.caption="Agent Traces";let e=[new H({ask:t=>this.link.ask(t),notebook:()=>this.notebook},t=>this.jump(t))];this.tabs=new O(e),this.link=new $(this.tabs),this.node.append(this.tabs.el),t.shell.currentChanged?.connect(()=>this.follow()),this.follow()}open(t){this.tabs.open(t)}onAfterShow(){this.clock??=setInterval(()=>this.tabs.tick(),500),this.link.begin(),this.tabs.shown(!0)}onBeforeHide(){clearInterval(this.clock),this.clock=void 0,this.tabs.shown(!1),this.link.end()}dispose(){clearInterval(this.clock),this.link.end(),super.dispose()}follow(){let t=c(this.app.shell.currentWidget);t&&t!==this.notebook&&(this.notebook=t,t.disposed.connect(()=>{this.notebook===t&&(this.notebook=null,this.link.follow(null))}),this.link.follow(t))}jump(t){let e=this.notebook,n=e?.content.widgets.findIndex(e=>e.model.id===t)??-1;return!e||n<0?null:()=>{p(this.app,{panel:e,index:n}),e.content.scrollToItem?.(n,"smart")}}}let tr={id:"nbagent-labextension:agent-cells",description:"Shows %%agent cells as Markdown",autoStart:!0,requires:[i.IEditorExtensionRegistry,i.IEditorLanguageRegistry],activate:(t,e,n)=>{let s=async()=>(await n.getLanguage("markdown"))?.support??null;e.addExtension({name:"nbagent:agent-cells",factory:()=>{let t,e,n,a;return i.EditorExtensionRegistry.createImmutableExtension((t=new y.Compartment,e=x.ViewPlugin.fromClass(class{decorations=x.Decoration.none;on=!1;constructor(t){this.look(t)}update(t){t.docChanged&&this.look(t.view)}look(e){let n=S(e.state);this.decorations=n?x.Decoration.set([j.range(0)]):x.Decoration.none,n!==this.on&&(this.on=n,Promise.resolve(n?s():null).then(s=>{this.on===n&&e.dispatch({effects:t.reconfigure(s?y.Prec.highest(s):[])})}))}},{decorations:t=>t.decorations}),n=x.ViewPlugin.fromClass(class{decorations;on;constructor(t){this.on=S(t.state),this.decorations=this.on?C.createDeco(t):x.Decoration.none}update(t){let e=S(t.state);e?this.decorations=this.on?C.updateDeco(t,this.decorations):C.createDeco(t.view):this.decorations=x.Decoration.none,this.on=e}},{decorations:t=>t.decorations}),a=x.EditorView.baseTheme({".nba-command":{opacity:"0.75"},".nba-filled-in, .nba-filled-in *":{color:"var(--jp-mirror-editor-variable-2-color, #0550ae) !important",fontFamily:"var(--jp-code-font-family, monospace)"}}),[t.of([]),e,y.Prec.lowest(n),a]))}})}},to={id:"nbagent-labextension:actions",description:"Copy, retry, insert and continue, under an answer and as commands",autoStart:!0,optional:[a.ICommandPalette],activate:function(t,e){for(let n of(document.addEventListener(o.Ku,e=>{let n=u(t,e.target),s=e.detail;n&&s instanceof Set&&(s.add("retry").add("insert"),null!==v(n)&&s.add("continue"))}),document.addEventListener(o.fg,e=>{let{action:n,text:s}=e.detail??{},a=u(t,e.target);a&&n&&w(t,a,n,String(s??""))}),Object.keys(g))){let s=`nbagent:${n}-answer`;t.commands.addCommand(s,{label:g[n],isEnabled:()=>{let e=k(t);return null!==e&&("continue"!==n||null!==v(e.place))},execute:()=>{let e=k(t);e&&w(t,e.place,n,(0,l.ut)(e.state))}}),e?.addItem({command:s,category:f})}}},tl=new r.LabIcon({name:"nbagent:traces",svgstr:'<svg xmlns="http://www.w3.org/2000/svg" width="24" viewBox="0 0 24 24"><g class="jp-icon3" fill="#616161"><rect x="3" y="4" width="12" height="4" rx="1"/><rect x="7" y="10" width="9" height="4" rx="1"/><rect x="12" y="16" width="9" height="4" rx="1"/></g></svg>'}),td=[tr,{id:"nbagent-labextension:decisions",description:"Carries a paused run on when its saved view is clicked",autoStart:!0,activate:function(t){(0,E.KT)(),document.addEventListener(E.V1,e=>{let n=(0,E.b5)(e.detail),s=u(t,e.target);null!==n&&null!==s&&(b(t,s,[{cell_type:"code",source:n}]),m(t,{...s,index:s.index+1}))})}},to,{id:"nbagent-labextension:traces",description:"Runs of agents, in the right sidebar",autoStart:!0,optional:[a.ICommandPalette,s.ILayoutRestorer],activate:(t,e,n)=>{let s=new ti(t);s.title.icon=tl,t.shell.add(s,"right",{rank:900}),n?.add(s,s.id);let a="nbagent:show-traces";t.commands.addCommand(a,{label:"Show Agent Traces",execute:()=>t.shell.activateById(s.id)}),e?.addItem({command:a,category:f})}}]},"./node_modules/css-loader/dist/cjs.js!./style/panel.css"(t,e,n){var s=n("./node_modules/css-loader/dist/runtime/noSourceMaps.js"),a=n.n(s),i=n("./node_modules/css-loader/dist/runtime/api.js"),r=(n.n(i))()(a());r.push([t.id,`/* The trace panel in the sidebar. Colours are those of run.css, mixed from the page's own. */

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
`,""]),n.d(e,{},{A:r})},"./node_modules/css-loader/dist/runtime/api.js"(t){t.exports=function(t){var e=[];return e.toString=function(){return this.map(function(e){var n="",s=void 0!==e[5];return e[4]&&(n+="@supports (".concat(e[4],") {")),e[2]&&(n+="@media ".concat(e[2]," {")),s&&(n+="@layer".concat(e[5].length>0?" ".concat(e[5]):""," {")),n+=t(e),s&&(n+="}"),e[2]&&(n+="}"),e[4]&&(n+="}"),n}).join("")},e.i=function(t,n,s,a,i){"string"==typeof t&&(t=[[null,t,void 0]]);var r={};if(s)for(var o=0;o<this.length;o++){var l=this[o][0];null!=l&&(r[l]=!0)}for(var d=0;d<t.length;d++){var h=[].concat(t[d]);s&&r[h[0]]||(void 0!==i&&(void 0===h[5]||(h[1]="@layer".concat(h[5].length>0?" ".concat(h[5]):""," {").concat(h[1],"}")),h[5]=i),n&&(h[2]&&(h[1]="@media ".concat(h[2]," {").concat(h[1],"}")),h[2]=n),a&&(h[4]?(h[1]="@supports (".concat(h[4],") {").concat(h[1],"}"),h[4]=a):h[4]="".concat(a)),e.push(h))}},e}},"./node_modules/css-loader/dist/runtime/noSourceMaps.js"(t){t.exports=function(t){return t[1]}},"./node_modules/style-loader/dist/runtime/injectStylesIntoStyleTag.js"(t){var e=[];function n(t){for(var n=-1,s=0;s<e.length;s++)if(e[s].identifier===t){n=s;break}return n}function s(t,s){for(var a={},i=[],r=0;r<t.length;r++){var o=t[r],l=s.base?o[0]+s.base:o[0],d=a[l]||0,h="".concat(l," ").concat(d);a[l]=d+1;var c=n(h),u={css:o[1],media:o[2],sourceMap:o[3],supports:o[4],layer:o[5]};if(-1!==c)e[c].references++,e[c].updater(u);else{var p=function(t,e){var n=e.domAPI(e);return n.update(t),function(e){e?(e.css!==t.css||e.media!==t.media||e.sourceMap!==t.sourceMap||e.supports!==t.supports||e.layer!==t.layer)&&n.update(t=e):n.remove()}}(u,s);s.byIndex=r,e.splice(r,0,{identifier:h,updater:p,references:1})}i.push(h)}return i}t.exports=function(t,a){var i=s(t=t||[],a=a||{});return function(t){t=t||[];for(var r=0;r<i.length;r++){var o=n(i[r]);e[o].references--}for(var l=s(t,a),d=0;d<i.length;d++){var h=n(i[d]);0===e[h].references&&(e[h].updater(),e.splice(h,1))}i=l}}},"./node_modules/style-loader/dist/runtime/insertBySelector.js"(t){var e={};t.exports=function(t,n){var s=function(t){if(void 0===e[t]){var n=document.querySelector(t);if(window.HTMLIFrameElement&&n instanceof window.HTMLIFrameElement)try{n=n.contentDocument.head}catch(t){n=null}e[t]=n}return e[t]}(t);if(!s)throw Error("Couldn't find a style target. This probably means that the value for the 'insert' parameter is invalid.");s.appendChild(n)}},"./node_modules/style-loader/dist/runtime/insertStyleElement.js"(t){t.exports=function(t){var e=document.createElement("style");return t.setAttributes(e,t.attributes),t.insert(e,t.options),e}},"./node_modules/style-loader/dist/runtime/setAttributesWithoutAttributes.js"(t,e,n){t.exports=function(t){var e=n.nc;e&&t.setAttribute("nonce",e)}},"./node_modules/style-loader/dist/runtime/styleDomAPI.js"(t){t.exports=function(t){if("u"<typeof document)return{update:function(){},remove:function(){}};var e=t.insertStyleElement(t);return{update:function(n){var s,a,i;s="",n.supports&&(s+="@supports (".concat(n.supports,") {")),n.media&&(s+="@media ".concat(n.media," {")),(a=void 0!==n.layer)&&(s+="@layer".concat(n.layer.length>0?" ".concat(n.layer):""," {")),s+=n.css,a&&(s+="}"),n.media&&(s+="}"),n.supports&&(s+="}"),(i=n.sourceMap)&&"u">typeof btoa&&(s+="\n/*# sourceMappingURL=data:application/json;base64,".concat(btoa(unescape(encodeURIComponent(JSON.stringify(i))))," */")),t.styleTagTransform(s,e,t.options)},remove:function(){var t;null===(t=e).parentNode||t.parentNode.removeChild(t)}}}},"./node_modules/style-loader/dist/runtime/styleTagTransform.js"(t){t.exports=function(t,e){if(e.styleSheet)e.styleSheet.cssText=t;else{for(;e.firstChild;)e.removeChild(e.firstChild);e.appendChild(document.createTextNode(t))}}}}]);