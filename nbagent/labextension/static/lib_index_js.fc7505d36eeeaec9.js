"use strict";(self.rspackChunknbagent_labextension=self.rspackChunknbagent_labextension||[]).push([["lib_index_js"],{"./lib/index.js"(e,t,n){n.r(t),n.d(t,{default:()=>eo});var s=n("webpack/sharing/consume/default/@jupyterlab/application"),a=n("webpack/sharing/consume/default/@jupyterlab/apputils"),i=n("webpack/sharing/consume/default/@jupyterlab/codemirror"),r=n("webpack/sharing/consume/default/@jupyterlab/ui-components"),o=n("./lib/core/actions.js"),l=n("./lib/core/answer.js"),d=n("./lib/core/saved.js"),h=n("./lib/mime-type.js");function c(e){return e?.content&&"widgets"in e.content&&"activeCellIndex"in e.content&&e.sessionContext?e:null}function u(e,t){if(!(t instanceof Node))return null;for(let n of e.shell.widgets("main")){let e=n.node.contains(t)?c(n):null,s=e?e.content.widgets.findIndex(e=>e.node.contains(t)):-1;if(e&&s>=0)return{panel:e,index:s}}return null}function p(e,{panel:t,index:n}){e.shell.activateById(t.id),t.content.activeCellIndex=n,t.content.deselectAll()}async function m(e,t){p(e,t),await e.commands.execute("notebook:run-cell")}function b(e,{panel:t,index:n},s){let a=s.map(e=>({...e,metadata:"code"===e.cell_type?{trusted:!0}:{}}));t.content.model?.sharedModel.insertCells(n+1,a),p(e,{panel:t,index:n+1})}let f="nbagent",g={copy:"Copy the Answer",retry:"Run the Prompt Again",insert:"Insert the Answer as Cells Below",continue:"Continue the Conversation Below"};function w(e,t,n,s){let a="continue"===n?v(t):null;"copy"===n?navigator.clipboard?.writeText(s):"retry"===n?m(e,t):"insert"===n&&s?b(e,t,(0,l.Sd)(s)):null!==a&&(b(e,t,[{cell_type:"code",source:`${a}
`}]),requestAnimationFrame(()=>{var e;let n,s;return(e=t.panel.content).mode="edit",n=e.activeCell?.model.sharedModel.getSource().split("\n")??[],s=e.activeCell?.editor,void(s?.focus(),s?.setCursorPosition({line:n.length-1,column:n.at(-1)?.length??0}))}))}function v({panel:e,index:t}){let[n="",...s]=e.content.widgets.slice(0,t+1).map(e=>e.model.sharedModel.getSource()).reverse(),a=(0,l.B$)(n);return null===a&&/--resume\b/.test(n)?s.map(l.B$).find(e=>null!==e)??null:a}function y(e){let t=c(e.shell.currentWidget),n=t?.content.activeCell?.model.type==="code"?t.content.activeCell.model.toJSON().outputs:null;if(!t||!Array.isArray(n))return null;for(let e of n){let n=(0,d.u)(e?.data?.[h.x]);if(n)return{place:{panel:t,index:t.content.activeCellIndex},state:n}}return null}var k=n("webpack/sharing/consume/default/@codemirror/state"),x=n("webpack/sharing/consume/default/@codemirror/view");let j=/^\s*%%agent\b/,C=x.Decoration.line({class:"nba-command"}),A=new x.MatchDecorator({regexp:/\{\{.*?\}\}|\{%.*?%\}/g,decoration:x.Decoration.mark({class:"nba-filled-in"})}),S=e=>j.test(e.doc.line(1).text);var I=n("./lib/core/later.js"),M=n("webpack/sharing/consume/default/@lumino/widgets"),T=n("./lib/core/dom.js"),E=n("./lib/core/json.js");let $=e=>"error"===e.status||(e.n_errors??0)>0,_=(e,...t)=>{let n=e.text.toLowerCase().split(/\s+/).filter(Boolean),s=t.join("\n").toLowerCase();return n.every(e=>s.includes(e))},D=e=>"number"==typeof e&&Number.isFinite(e)?e:null,L=e=>"string"==typeof e?e:null,P={ok:"ok",error:"error",cancelled:"cancelled",paused:"pending"},B=(e,t)=>null===e&&null===t?"":`${(0,T.U9)(e??0)} → ${(0,T.U9)(t??0)}`;function F(e,t){e.dataset.status!==t&&(e.dataset.status=t,e.replaceChildren((0,T.Kk)(P[t]??"")))}function U(e,t){if(!e.firstChild){let t=(0,T.h)("div","nba-run-line",(0,T.h)("span","nba-mark"),(0,T.h)("b","nba-run-agent"),(0,T.h)("span","nba-run-model"),(0,T.h)("span","nba-run-time"));e.append(t,(0,T.h)("div","nba-run-prompt"),(0,T.h)("div","nba-run-facts")),e.classList.add("nba-run")}let[n,s,a,i]=[...e.children[0].children],r="ok"===t.status&&$(t)?"ok, with errors":t.status;F(n,t.status),e.dataset.failed=String($(t)),(0,T.cv)(s,t.agent),(0,T.cv)(a,t.model),(0,T.cv)(i,null===t.duration?"":(0,T.YA)(t.duration)),(0,T.cv)(e.children[1],t.prompt||"(no prompt)");let o=[null===t.count?"":`[${t.count}]`,new Date(1e3*t.at).toLocaleTimeString([],{hour:"2-digit",minute:"2-digit",second:"2-digit"}),B(t.input,t.output),(0,T.TG)(t.cost,"")].filter(Boolean).join(" \xb7 ");(0,T.cv)(e.children[2],o),e.title=`${r}${t.error?`
${t.error}`:""}
${t.prompt}`,e.setAttribute("aria-label",`${t.agent}, ${t.model}, ${r}, ${null===t.duration?"":(0,T.YA)(t.duration)}: ${t.prompt}`)}let z={run:"run of",chat:"model call",tool:"tool"},N=0;class R{rows;el=(0,T.jQ)((0,T.h)("div","nba-list"));space=(0,T.h)("div","nba-list-space");items=[];drawn=new Map;active=null;id=`nba-list-${++N}`;frame=0;constructor(e){this.rows=e,this.el.tabIndex=0,this.el.setAttribute("role",e.role),this.el.setAttribute("aria-label",e.label),this.space.setAttribute("role","presentation"),this.el.append(this.space),this.el.addEventListener("scroll",()=>this.soon(),{passive:!0}),this.el.addEventListener("keydown",e=>this.pressed(e)),this.space.addEventListener("click",t=>{let n=t.target.closest("[data-key]")?.dataset.key,s=this.items.findIndex(t=>e.key(t)===n);s>=0&&this.go(s,!0)})}get selected(){return this.items.find(e=>this.rows.key(e)===this.active)}show(e){this.items=e,e.some(e=>this.rows.key(e)===this.active)||(this.active=e.length?this.rows.key(e[0]):null),this.space.style.height=`${e.length*this.rows.height}px`,this.draw()}draw(){this.frame=0;let e=Math.max(0,Math.floor(this.el.scrollTop/this.rows.height)-8),t=Math.min(this.items.length,Math.ceil((this.el.scrollTop+(this.el.clientHeight||600))/this.rows.height)+8),n=this.items.slice(e,t).map((t,n)=>({item:t,at:e+n,key:this.rows.key(t)})),s=new Set(n.map(e=>e.key));for(let[e,t]of this.drawn)s.has(e)||(t.remove(),this.drawn.delete(e));for(let[e,{item:t,at:s,key:a}]of n.entries()){let n=this.drawn.get(a);n||((n=(0,T.h)("div","nba-list-row")).dataset.key=a,n.setAttribute("role","tree"===this.rows.role?"treeitem":"option"),this.drawn.set(a,n)),this.space.children[e]!==n&&this.space.insertBefore(n,this.space.children[e]??null),n.id=`${this.id}-${s}`,n.style.transform=`translateY(${s*this.rows.height}px)`,n.style.height=`${this.rows.height}px`,n.setAttribute("aria-posinset",String(s+1)),n.setAttribute("aria-setsize",String(this.items.length)),n.setAttribute("aria-selected",String(a===this.active)),this.rows.draw(n,t)}let a=this.items.findIndex(e=>this.rows.key(e)===this.active);a>=e&&a<t?this.el.setAttribute("aria-activedescendant",`${this.id}-${a}`):this.el.removeAttribute("aria-activedescendant")}soon(){this.frame||=requestAnimationFrame(()=>this.draw())}go(e,t=!1){let n=this.items[Math.max(0,Math.min(e,this.items.length-1))];if(!n)return;this.active=this.rows.key(n);let s=this.items.indexOf(n)*this.rows.height,a=s+this.rows.height-this.el.clientHeight;this.el.scrollTop>s?this.el.scrollTop=s:this.el.scrollTop<a&&(this.el.scrollTop=a),this.draw(),t&&this.rows.choose(n)}pressed(e){let t=this.items.findIndex(e=>this.rows.key(e)===this.active),n=Math.max(1,Math.floor(this.el.clientHeight/this.rows.height)-1),s={ArrowDown:t+1,ArrowUp:t-1,PageDown:t+n,PageUp:t-n,Home:0,End:this.items.length-1}[e.key];if(void 0!==s)this.go(s);else if("Enter"===e.key||" "===e.key)this.go(t,!0);else{if("Escape"!==e.key||!this.rows.leave)return;this.rows.leave()}e.preventDefault(),e.stopPropagation()}}class W{link;el=(0,T.h)("section","nba nba-panel");search=(0,T.h)("input","nba-search");model=(0,T.h)("select","nba-model");errors=(0,T.h)("input");note=(0,T.h)("p","nba-panel-note");title=(0,T.h)("span","nba-panel-title");back=(0,T.h)("button","nba-button nba-back","‹ Runs");head=(0,T.h)("div","nba-panel-head",this.back,this.title);details=(0,T.h)("div","nba-details");runs=[];open=null;spans=[];tree=[];span=null;whole=0;asked=0;why="";again=!1;when=0;heard=0;list=new R({role:"listbox",label:"Runs",height:52,key:e=>e.run,draw:U,choose:e=>this.enter(e)});waterfall=new R({role:"tree",label:"Spans of the run",height:24,key:e=>e.id,draw:(e,t)=>(function(e,t,n){let s,a,i,r;e.firstChild||(e.append((0,T.h)("span","nba-span-name",(0,T.h)("span","nba-mark"),(0,T.h)("span")),(0,T.h)("span","nba-span-track",(0,T.h)("span","nba-span-bar",(0,T.h)("span","nba-span-head"))),(0,T.h)("span","nba-span-time")),e.classList.add("nba-span"));let[o,l,d]=[...e.children];e.dataset.kind=t.kind,e.dataset.failed=String("error"===t.status),e.setAttribute("aria-level",String(t.depth+1)),o.style.paddingLeft=`${12*Math.min(t.depth,12)+4}px`,F(o.children[0],t.status),(0,T.cv)(o.children[1],t.name);let{left:h,width:c,head:u}=(s=Math.max(n,1e-9),a=Math.min(100,100*t.start/s),r=Math.min(100-a,100*(i=t.duration??Math.max(0,n-t.start))/s),{left:a,width:r,head:null!==t.ttft&&i>0?Math.min(100,100*t.ttft/i):0}),p=l.firstElementChild;p.style.left=`min(${h.toFixed(3)}%, 100% - 2px)`,p.style.width=`${c.toFixed(3)}%`,p.firstElementChild.style.width=`${u.toFixed(2)}%`;let m=null===t.duration?"running"===t.status?"…":"":(0,T.YA)(t.duration);(0,T.cv)(d,m);let b=[`${z[t.kind]} ${t.name}`,t.status,m,null===t.ttft?"":`first token ${(0,T.YA)(t.ttft)}`,B(t.input,t.output),t.error??""];e.title=b.filter(Boolean).join("\n"),e.setAttribute("aria-label",b.filter(Boolean).join(", "))})(e,t,this.whole),choose:e=>this.look(e.id),leave:()=>null===this.span?this.leave():this.look(null)});constructor(e){for(let[t,n]of(this.link=e,this.el.setAttribute("aria-label","Agent traces"),this.search.type="search",this.search.placeholder="Filter",this.search.setAttribute("aria-label","Filter by text"),this.model.setAttribute("aria-label","Filter by model"),this.errors.type="checkbox",this.back.type="button",this.details.setAttribute("role","region"),this.details.setAttribute("aria-label","Details of the span"),[[this.search,"input"],[this.model,"change"],[this.errors,"change"]]))t.addEventListener(n,()=>this.draw());this.back.addEventListener("click",()=>this.leave()),this.details.addEventListener("keydown",e=>{"Escape"===e.key&&(e.stopPropagation(),this.look(null),this.waterfall.el.focus())});let t=(0,T.h)("div","nba-filters",this.search,this.model,(0,T.h)("label","",this.errors,"Errors"));this.el.append(t,this.head,this.note,this.list.el,this.waterfall.el,this.details),this.clear("")}clear(e){this.runs=[],this.asked=0,this.again=!1,this.open=null,this.span=null,this.spans=[],this.tree=[],this.why=e,this.draw()}resume(){this.asked=0,this.again=!1,this.draw()}take(e){let t=e??{};if(this.why="","changed"===t.t)this.refresh();else if("span"===t.t&&t.id===this.span)this.drawDetails(t.span);else if("runs"===t.t){var n;this.runs=(Array.isArray(n=t.runs)?n:[]).flatMap(e=>null===L(e?.run)?[]:[{run:L(e.run),agent:L(e.agent)??"",model:L(e.model)??"",status:L(e.status)??"",at:D(e.at)??0,duration:D(e.duration),input:D(e.input)??0,output:D(e.output)??0,cost:D(e.cost),prompt:L(e.prompt)??"",cell:L(e.cell),count:D(e.count),n_errors:D(e.n_errors)??0,error:L(e.error)}]),this.open&&(this.open=this.runs.find(e=>e.run===this.open.run)??this.open),this.answered()}else"run"===t.t&&t.run===this.open?.run&&(function(e,t){let n=!1;for(let s of Array.isArray(t)?t:[]){let t=Array.isArray(s)?D(s[0]):null;if(null===t||t>e.length||null===L(s[1]))continue;let[,a,i,r,o,l,d,h,c,u,p,m,b,f]=s;e[t]={place:t,id:a,parent:L(i),kind:"chat"===r||"tool"===r?r:"run",name:L(o)??"",start:D(l)??0,duration:D(d),ttft:D(h),status:L(c)??"",input:D(u),output:D(p),cost:D(m),model:L(b),error:L(f),depth:0},n=!0}return n}(this.spans,t.rows)&&(this.tree=function(e){let t=new Set(e.map(e=>e.id)),n=new Map;for(let s of e){let e=null!==s.parent&&s.parent!==s.id&&t.has(s.parent)?s.parent:null,a=n.get(e);a?a.push(s):n.set(e,[s])}let s=[],a=(n.get(null)??[]).map(e=>({row:e,depth:0})).reverse();for(;a.length;){let{row:e,depth:t}=a.pop();for(let i of(e.depth=t,s.push(e),(n.get(e.id)??[]).toReversed()))a.push({row:i,depth:t+1})}return s}(this.spans)),this.whole="number"==typeof t.now?t.now:this.whole,this.heard=performance.now(),this.answered())}refresh(){if(this.asked>0&&performance.now()-this.when<5e3){this.again=!0;return}if(this.asked=this.open?2:1,this.when=performance.now(),this.link.ask({t:"runs"}),!this.open)return;let e=this.spans.filter(e=>null===e.duration&&"running"===e.status).map(e=>e.place);this.link.ask({t:"run",run:this.open.run,have:this.spans.length,still:e}),null!==this.span&&this.spans.find(e=>e.id===this.span)?.status==="running"&&this.link.ask({t:"span",span:this.span})}tick(){if(this.open?.status!=="running"||!this.heard)return;let e=performance.now();this.whole+=(e-this.heard)/1e3,this.heard=e,this.waterfall.draw()}answered(){this.asked=Math.max(0,this.asked-1),this.draw(),!this.asked&&this.again&&(this.again=!1,this.refresh())}enter(e){this.open=e,this.heard=0,this.spans=[],this.tree=[],this.span=null,this.asked=0,this.draw(),this.waterfall.el.focus(),this.refresh()}leave(){this.open=null,this.span=null,this.asked=0,this.draw(),this.list.el.focus(),this.refresh()}look(e){this.span=e,null!==e?this.link.ask({t:"span",span:e}):this.details.replaceChildren(),this.draw()}drawDetails(e){e?function(e,t,n){let s,a=(0,T.h)("div","nba-details-head",(0,T.h)("b","",`${z[t.kind]??t.kind} ${t.name}`),(0,T.h)("span","nba-fact-status",t.status));if(a.dataset.failed=String("error"===t.status),n){let e=(0,T.h)("button","nba-button nba-jump",null===t.count?"Go to the cell":`Go to cell [${t.count}]`);e.type="button",e.addEventListener("click",n),a.append(e)}let i=(0,T.h)("dl","nba-details-facts",...t.facts.flatMap(([e,t])=>[(0,T.h)("dt","",e),(0,T.h)("dd","",t)])),r=[];for(let e of t.sections){var o;e.group&&e.group!==s&&r.push((0,T.h)("h3","",e.group)),s=e.group;let t=(0,T.h)("pre","","json"===e.format?(o=e.text,/^\s*[{[]/.test(o)?(0,E.j9)(o):o):e.text);t.tabIndex=0;let n=(0,T.h)("section","nba-said",(0,T.h)("h4","",e.title),t);n.dataset.format=e.format,r.push(n)}e.replaceChildren(a,i,...r)}(this.details,e,e.cell?this.link.jump(e.cell):null):this.details.replaceChildren((0,T.h)("p","nba-panel-note","This span is no longer in the kernel."))}draw(){let e,t={text:this.search.value.trim(),model:this.model.value,errors:this.errors.checked},n=[...new Set(this.runs.flatMap(e=>e.model?e.model.split(", "):[]))].sort();[...this.model.options].slice(1).map(e=>e.value).join("\n")===n.join("\n")&&this.model.options.length||(this.model.replaceChildren(new Option("All models",""),...n.map(e=>new Option(e,e))),this.model.value=n.includes(t.model)?t.model:"");let s=(e=this.runs,e.filter(e=>(!t.model||e.model.split(", ").includes(t.model))&&(!t.errors||$(e))&&_(t,e.agent,e.model,e.prompt,e.error,e.status))),a=this.why||(this.open?"":this.runs.length?s.length?"":"No run fits the filter.":"No runs in this kernel yet. They show here as %%agent cells run.");this.note.textContent=a,(0,T.WU)(this.note,""!==a),(0,T.WU)(this.head,null!==this.open),(0,T.WU)(this.list.el,null===this.open&&""===a),(0,T.WU)(this.waterfall.el,null!==this.open),(0,T.WU)(this.details,null!==this.open&&null!==this.span),this.open?(this.title.textContent=this.open.prompt||this.open.agent,this.title.title=this.open.prompt,this.waterfall.show(function(e,t){if(!t.text&&!t.model&&!t.errors)return e;let n=new Map(e.map(e=>[e.id,e])),s=new Set;for(let a of e)if((!t.model||a.model===t.model)&&(!t.errors||$(a))&&_(t,a.name,a.kind,a.error,a.status))for(let e=a;e&&!s.has(e);e=e.parent?n.get(e.parent):void 0)s.add(e);return e.filter(e=>s.has(e))}(this.tree,t))):""===a&&this.list.show(s)}}var H=n("./node_modules/style-loader/dist/runtime/injectStylesIntoStyleTag.js"),O=n.n(H),V=n("./node_modules/style-loader/dist/runtime/styleDomAPI.js"),Y=n.n(V),q=n("./node_modules/style-loader/dist/runtime/insertBySelector.js"),G=n.n(q),K=n("./node_modules/style-loader/dist/runtime/setAttributesWithoutAttributes.js"),J=n.n(K),Q=n("./node_modules/style-loader/dist/runtime/insertStyleElement.js"),X=n.n(Q),Z=n("./node_modules/style-loader/dist/runtime/styleTagTransform.js"),ee=n.n(Z),et=n("./node_modules/css-loader/dist/cjs.js!./style/panel.css"),en={};en.styleTagTransform=ee(),en.setAttributes=J(),en.insert=G().bind(null,"head"),en.domAPI=Y(),en.insertStyleElement=X(),O()(et.A,en),et.A&&et.A.locals&&et.A.locals;class es extends M.Widget{app;view=new W({ask:e=>this.comm?.send(e),jump:e=>this.jump(e)});notebook=null;kernel=null;comm=null;seen="";clock;constructor(e){super(),this.app=e,this.id="nbagent-traces",this.addClass("nba-panel-frame"),this.title.caption="Agent Traces",this.node.append(this.view.el),e.shell.currentChanged?.connect(()=>this.follow()),this.follow()}onAfterShow(){this.clock??=setInterval(()=>this.view.tick(),500),this.connect()}onBeforeHide(){clearInterval(this.clock),this.clock=void 0,this.disconnect()}dispose(){clearInterval(this.clock),this.disconnect(),super.dispose()}follow(){let e=c(this.app.shell.currentWidget);e&&e!==this.notebook&&(this.notebook?.sessionContext.kernelChanged.disconnect(this.connect,this),this.notebook?.sessionContext.statusChanged.disconnect(this.status,this),this.notebook=e,e.sessionContext.kernelChanged.connect(this.connect,this),e.sessionContext.statusChanged.connect(this.status,this),e.disposed.connect(()=>{this.notebook===e&&(this.notebook=null,this.connect())}),this.connect())}status(e,t){"restarting"===t||"autorestarting"===t||"dead"===t?(this.seen="",this.disconnect()):"idle"!==t||this.comm||this.connect()}connect(){let e=this.notebook?.sessionContext.session?.kernel??null;if(!this.isVisible||this.comm&&e===this.kernel)return;if(this.disconnect(),!e){this.seen="",this.view.clear(this.notebook?"This notebook has no kernel: its runs are shown when it has one.":"Open a notebook to see its runs.");return}this.kernel=e,this.seen===e.id?this.view.resume():this.view.clear("Asking the kernel …"),this.seen=e.id;let t=e.createComm("nbagent.panel");this.comm=t,t.onMsg=e=>{this.comm===t&&this.view.take(e.content.data)},t.onClose=()=>{this.comm===t&&(this.comm=null,this.seen="",this.view.clear("No runs in this kernel. They show here after %load_ext nbagent."))},t.open({})}disconnect(){let e=this.comm;this.comm=null,e&&!e.isDisposed&&this.kernel&&!this.kernel.isDisposed&&e.close(),this.kernel=null}jump(e){let t=this.notebook,n=t?.content.widgets.findIndex(t=>t.model.id===e)??-1;return!t||n<0?null:()=>{p(this.app,{panel:t,index:n}),t.content.scrollToItem?.(n,"smart")}}}let ea={id:"nbagent-labextension:agent-cells",description:"Shows %%agent cells as Markdown",autoStart:!0,requires:[i.IEditorExtensionRegistry,i.IEditorLanguageRegistry],activate:(e,t,n)=>{let s=async()=>(await n.getLanguage("markdown"))?.support??null;t.addExtension({name:"nbagent:agent-cells",factory:()=>{let e,t,n,a;return i.EditorExtensionRegistry.createImmutableExtension((e=new k.Compartment,t=x.ViewPlugin.fromClass(class{decorations=x.Decoration.none;on=!1;constructor(e){this.look(e)}update(e){e.docChanged&&this.look(e.view)}look(t){let n=S(t.state);this.decorations=n?x.Decoration.set([C.range(0)]):x.Decoration.none,n!==this.on&&(this.on=n,Promise.resolve(n?s():null).then(s=>{this.on===n&&t.dispatch({effects:e.reconfigure(s?k.Prec.highest(s):[])})}))}},{decorations:e=>e.decorations}),n=x.ViewPlugin.fromClass(class{decorations;on;constructor(e){this.on=S(e.state),this.decorations=this.on?A.createDeco(e):x.Decoration.none}update(e){let t=S(e.state);t?this.decorations=this.on?A.updateDeco(e,this.decorations):A.createDeco(e.view):this.decorations=x.Decoration.none,this.on=t}},{decorations:e=>e.decorations}),a=x.EditorView.baseTheme({".nba-command":{opacity:"0.75"},".nba-filled-in, .nba-filled-in *":{color:"var(--jp-mirror-editor-variable-2-color, #0550ae) !important",fontFamily:"var(--jp-code-font-family, monospace)"}}),[e.of([]),t,k.Prec.lowest(n),a]))}})}},ei={id:"nbagent-labextension:actions",description:"Copy, retry, insert and continue, under an answer and as commands",autoStart:!0,optional:[a.ICommandPalette],activate:function(e,t){for(let n of(document.addEventListener(o.Ku,t=>{let n=u(e,t.target),s=t.detail;n&&s instanceof Set&&(s.add("retry").add("insert"),null!==v(n)&&s.add("continue"))}),document.addEventListener(o.fg,t=>{let{action:n,text:s}=t.detail??{},a=u(e,t.target);a&&n&&w(e,a,n,String(s??""))}),Object.keys(g))){let s=`nbagent:${n}-answer`;e.commands.addCommand(s,{label:g[n],isEnabled:()=>{let t=y(e);return null!==t&&("continue"!==n||null!==v(t.place))},execute:()=>{let t=y(e);t&&w(e,t.place,n,(0,l.ut)(t.state))}}),t?.addItem({command:s,category:f})}}},er=new r.LabIcon({name:"nbagent:traces",svgstr:'<svg xmlns="http://www.w3.org/2000/svg" width="24" viewBox="0 0 24 24"><g class="jp-icon3" fill="#616161"><rect x="3" y="4" width="12" height="4" rx="1"/><rect x="7" y="10" width="9" height="4" rx="1"/><rect x="12" y="16" width="9" height="4" rx="1"/></g></svg>'}),eo=[ea,{id:"nbagent-labextension:decisions",description:"Carries a paused run on when its saved view is clicked",autoStart:!0,activate:function(e){(0,I.KT)(),document.addEventListener(I.V1,t=>{let n=(0,I.b5)(t.detail),s=u(e,t.target);null!==n&&null!==s&&(b(e,s,[{cell_type:"code",source:n}]),m(e,{...s,index:s.index+1}))})}},ei,{id:"nbagent-labextension:traces",description:"The runs of the current kernel, in the right sidebar",autoStart:!0,optional:[a.ICommandPalette,s.ILayoutRestorer],activate:(e,t,n)=>{let s=new es(e);s.title.icon=er,e.shell.add(s,"right",{rank:900}),n?.add(s,s.id);let a="nbagent:show-traces";e.commands.addCommand(a,{label:"Show Agent Traces",execute:()=>e.shell.activateById(s.id)}),t?.addItem({command:a,category:f})}}]},"./node_modules/css-loader/dist/cjs.js!./style/panel.css"(e,t,n){var s=n("./node_modules/css-loader/dist/runtime/noSourceMaps.js"),a=n.n(s),i=n("./node_modules/css-loader/dist/runtime/api.js"),r=(n.n(i))()(a());r.push([e.id,`/* The trace panel in the sidebar. Colours are those of run.css, mixed from the page's own. */

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
`,""]),n.d(t,{},{A:r})},"./node_modules/css-loader/dist/runtime/api.js"(e){e.exports=function(e){var t=[];return t.toString=function(){return this.map(function(t){var n="",s=void 0!==t[5];return t[4]&&(n+="@supports (".concat(t[4],") {")),t[2]&&(n+="@media ".concat(t[2]," {")),s&&(n+="@layer".concat(t[5].length>0?" ".concat(t[5]):""," {")),n+=e(t),s&&(n+="}"),t[2]&&(n+="}"),t[4]&&(n+="}"),n}).join("")},t.i=function(e,n,s,a,i){"string"==typeof e&&(e=[[null,e,void 0]]);var r={};if(s)for(var o=0;o<this.length;o++){var l=this[o][0];null!=l&&(r[l]=!0)}for(var d=0;d<e.length;d++){var h=[].concat(e[d]);s&&r[h[0]]||(void 0!==i&&(void 0===h[5]||(h[1]="@layer".concat(h[5].length>0?" ".concat(h[5]):""," {").concat(h[1],"}")),h[5]=i),n&&(h[2]&&(h[1]="@media ".concat(h[2]," {").concat(h[1],"}")),h[2]=n),a&&(h[4]?(h[1]="@supports (".concat(h[4],") {").concat(h[1],"}"),h[4]=a):h[4]="".concat(a)),t.push(h))}},t}},"./node_modules/css-loader/dist/runtime/noSourceMaps.js"(e){e.exports=function(e){return e[1]}},"./node_modules/style-loader/dist/runtime/injectStylesIntoStyleTag.js"(e){var t=[];function n(e){for(var n=-1,s=0;s<t.length;s++)if(t[s].identifier===e){n=s;break}return n}function s(e,s){for(var a={},i=[],r=0;r<e.length;r++){var o=e[r],l=s.base?o[0]+s.base:o[0],d=a[l]||0,h="".concat(l," ").concat(d);a[l]=d+1;var c=n(h),u={css:o[1],media:o[2],sourceMap:o[3],supports:o[4],layer:o[5]};if(-1!==c)t[c].references++,t[c].updater(u);else{var p=function(e,t){var n=t.domAPI(t);return n.update(e),function(t){t?(t.css!==e.css||t.media!==e.media||t.sourceMap!==e.sourceMap||t.supports!==e.supports||t.layer!==e.layer)&&n.update(e=t):n.remove()}}(u,s);s.byIndex=r,t.splice(r,0,{identifier:h,updater:p,references:1})}i.push(h)}return i}e.exports=function(e,a){var i=s(e=e||[],a=a||{});return function(e){e=e||[];for(var r=0;r<i.length;r++){var o=n(i[r]);t[o].references--}for(var l=s(e,a),d=0;d<i.length;d++){var h=n(i[d]);0===t[h].references&&(t[h].updater(),t.splice(h,1))}i=l}}},"./node_modules/style-loader/dist/runtime/insertBySelector.js"(e){var t={};e.exports=function(e,n){var s=function(e){if(void 0===t[e]){var n=document.querySelector(e);if(window.HTMLIFrameElement&&n instanceof window.HTMLIFrameElement)try{n=n.contentDocument.head}catch(e){n=null}t[e]=n}return t[e]}(e);if(!s)throw Error("Couldn't find a style target. This probably means that the value for the 'insert' parameter is invalid.");s.appendChild(n)}},"./node_modules/style-loader/dist/runtime/insertStyleElement.js"(e){e.exports=function(e){var t=document.createElement("style");return e.setAttributes(t,e.attributes),e.insert(t,e.options),t}},"./node_modules/style-loader/dist/runtime/setAttributesWithoutAttributes.js"(e,t,n){e.exports=function(e){var t=n.nc;t&&e.setAttribute("nonce",t)}},"./node_modules/style-loader/dist/runtime/styleDomAPI.js"(e){e.exports=function(e){if("u"<typeof document)return{update:function(){},remove:function(){}};var t=e.insertStyleElement(e);return{update:function(n){var s,a,i;s="",n.supports&&(s+="@supports (".concat(n.supports,") {")),n.media&&(s+="@media ".concat(n.media," {")),(a=void 0!==n.layer)&&(s+="@layer".concat(n.layer.length>0?" ".concat(n.layer):""," {")),s+=n.css,a&&(s+="}"),n.media&&(s+="}"),n.supports&&(s+="}"),(i=n.sourceMap)&&"u">typeof btoa&&(s+="\n/*# sourceMappingURL=data:application/json;base64,".concat(btoa(unescape(encodeURIComponent(JSON.stringify(i))))," */")),e.styleTagTransform(s,t,e.options)},remove:function(){var e;null===(e=t).parentNode||e.parentNode.removeChild(e)}}}},"./node_modules/style-loader/dist/runtime/styleTagTransform.js"(e){e.exports=function(e,t){if(t.styleSheet)t.styleSheet.cssText=e;else{for(;t.firstChild;)t.removeChild(t.firstChild);t.appendChild(document.createTextNode(e))}}}}]);