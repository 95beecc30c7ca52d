"use strict";(self.rspackChunknbagent_labextension=self.rspackChunknbagent_labextension||[]).push([["lib_mime_js"],{"./lib/mime.js"(e,t,r){r.r(t),r.d(t,{MIME:()=>eg,default:()=>ev});var n=r("webpack/sharing/consume/default/@lumino/widgets");let a=e=>"string"==typeof e?e:null==e?"":JSON.stringify(e),s=e=>"number"==typeof e&&Number.isFinite(e)?e:void 0,i=e=>"object"!=typeof e||null===e||Array.isArray(e)?void 0:e,o=e=>Array.isArray(e)?e.map(a):[],l=(e,t,r)=>t.includes(e)?e:r,d=["arriving","pending","queued","running","ok","error","rejected","cancelled"],c=["running","completed","paused","cancelled","failed"],h=["info","warning","error"];function u(e){let t=i(e);if(!t)return[];if("text"===t.k)return[{k:"text",text:a(t.text),...!0===t.partial?{partial:!0}:{}}];if("notice"===t.k)return[{k:"notice",level:l(t.level,h,"info"),text:a(t.text)}];if("tool"===t.k){let e,r,n;return[(e={k:"tool",id:a(t.id),name:a(t.name),arguments:a(t.arguments),status:l(t.status,d,"cancelled"),batch:a(t.batch)},r=i(t.error),n=i(t.approval),void 0!==t.result&&(e.result=a(t.result)),!0===t.cut&&(e.cut=!0),!0===t.edited&&(e.edited=!0),Array.isArray(t.files)&&(e.files=o(t.files)),r&&(e.error={type:a(r.type),message:a(r.message),...r.traceback?{traceback:a(r.traceback)}:{}}),void 0!==s(t.duration)&&(e.duration=s(t.duration)),Array.isArray(t.progress)&&(e.progress=o(t.progress)),n&&(e.approval={digest:a(n.digest)}),e)]}if("reasoning"!==t.k)return[];let r={k:"reasoning",text:a(t.text)};return!0===t.redacted&&(r.redacted=!0),void 0!==s(t.duration)&&(r.duration=s(t.duration)),[r]}function m(e){let t=i(e);if(!t||1!==t.v||!Array.isArray(t.items))return null;let r=i(t.usage),n=i(t.error),d=i(t.waiting);return{v:1,run_id:a(t.run_id),agent:a(t.agent),model:a(t.model),prompt:a(t.prompt),outcome:l(t.outcome,c,"cancelled"),items:t.items.flatMap(u),usage:r?Object.fromEntries(Object.entries(r).flatMap(([e,t])=>void 0===s(t)?[]:[[e,t]])):null,cost:s(t.cost)??null,cost_source:a(t.cost_source),duration:s(t.duration)??0,ttft:s(t.ttft)??null,steps:s(t.steps)??0,error:n?{type:a(n.type),lines:o(n.lines)}:null,waiting:d?{what:a(d.what),...void 0===s(d.fraction)?{}:{fraction:s(d.fraction)}}:null}}class b{state;seq;newest;begun;calls=new Map;constructor(e={v:1,run_id:"",agent:"",model:"",prompt:"",outcome:"running",items:[],usage:null,cost:null,cost_source:"unknown",duration:0,ttft:null,steps:0,error:null,waiting:null},t=0){this.state=e,this.seq=this.newest=t,this.begun=0,this.clocks()}get behind(){return this.newest>this.seq}receive(e){let{t,seq:r,ops:n,state:a}=e??{};if("number"!=typeof r)return{what:"nothing"};if(this.newest=Math.max(this.newest,r),"state"===t&&r>=this.seq){let e=m(a);return e?(this.state=e,this.seq=r,this.clocks(),{what:"state"}):{what:"nothing"}}if("ops"!==t||!Array.isArray(n)||r<=this.seq)return{what:"nothing"};if(r!==this.seq+1)return{what:"gap"};for(let e of(this.seq=r,n))!function(e,t){if("run"===t[0])return Object.assign(e,t[1]);let[r,n,a]=t;if("add"===r){n===e.items.length&&e.items.push(structuredClone(a));return}let s=e.items[n];if(void 0!==s){if("text"===r&&"text"in s)s.text+=a;else if("args"===r&&"tool"===s.k)s.arguments+=a;else if("more"===r&&"tool"===s.k)s.progress=[...s.progress??[],...a].slice(-100);else if("set"===r)for(let[e,t]of Object.entries(a))null===t?delete s[e]:s[e]=t}}(this.state,e),("add"===e[0]&&"tool"===e[2].k&&"running"===e[2].status||"set"===e[0]&&"running"===e[2].status)&&this.calls.set(e[1],performance.now());return{what:"ops",ops:n}}clocks(){let e=performance.now();this.begun=e-1e3*this.state.duration,this.calls.clear(),this.state.items.forEach((t,r)=>{"tool"===t.k&&"running"===t.status&&this.calls.set(r,e-(t.duration??0)*1e3)})}}function p(e,t="",...r){let n=document.createElement(e);return t&&(n.className=t),n.append(...r),n}function g(e,t){e.textContent!==t&&(e.textContent=t)}function f(e,t){e.hidden===t&&(e.hidden=!t)}function v(e,t,r){let n=p("button",`nba-button ${t}`,e);return n.type="button",n.addEventListener("click",r),y(n)}function y(e){return e.setAttribute("data-lm-suppress-shortcuts","true"),e}let w={ok:"M3.5 8.5l3 3 6-7",error:"M4.5 4.5l7 7m0-7l-7 7",rejected:"M8 2.5a5.5 5.5 0 100 11 5.5 5.5 0 000-11M4.2 4.2l7.6 7.6",cancelled:"M5 5h6v6H5z",pending:"M6 4v8m4-8v8",queued:"M8 5v3.2l2 1.3M8 2.5a5.5 5.5 0 100 11 5.5 5.5 0 000-11",info:"M8 7.2V11M8 5v.01M8 2.5a5.5 5.5 0 100 11 5.5 5.5 0 000-11",warning:"M8 6.5v3M8 11.4v.01M8 2.8l6 10.4H2z"},k="http://www.w3.org/2000/svg";function x(e){let t=w[e];if(!t)return p("span","nba-icon nba-spin");let r=document.createElementNS(k,"svg");r.setAttribute("class","nba-icon"),r.setAttribute("viewBox","0 0 16 16"),r.setAttribute("aria-hidden","true");let n=document.createElementNS(k,"path");return n.setAttribute("d",t),r.append(n),r}function A(e){if(e<5e-4)return"<1 ms";if(e<.0995)return`${Math.round(1e3*e)} ms`;if(e<9.95)return`${e.toFixed(1)} s`;if(e<59.5)return`${Math.round(e)} s`;let t=Math.round(e);return`${Math.floor(t/60)} min ${t%60} s`}let j=/\s/;function _(e,t){for(let r=t+1;r<e.length;r++)if("\\"===e[r])r++;else if('"'===e[r])return r+1;return e.length}function E(e){let t="",r=0,n=()=>"\n"+"  ".repeat(Math.max(0,r));for(let a=0;a<e.length;a++){let s=e[a];if('"'===s){let r=_(e,a);t+=e.slice(a,r),a=r-1}else if("{"===s||"["===s){let i=a+1;for(;i<e.length&&j.test(e[i]);)i++;"}"===e[i]||"]"===e[i]?(t+=s+e[i],a=i):(r++,t+=s+n())}else"}"===s||"]"===s?(r--,t+=n()+s):","===s?t+=s+n():":"===s?t+=": ":j.test(s)||(t+=s)}return t}function M(e){let t=e.length>1&&_(e,0)===e.length&&e.endsWith('"')?e:e.replace(/\\(?:u[0-9a-fA-F]{0,3})?$/,"")+'"';try{return JSON.parse(t)}catch{return e.slice(1)}}function S(e){try{let t=JSON.parse(e);return"object"!=typeof t||null===t||Array.isArray(t)?'The arguments are a JSON object: {"name": value}.':null}catch(e){return e.message.split("\n")[0]??"This is not JSON."}}class ${args;send;el=p("div","nba-approval");buttons=p("div","nba-buttons");form=p("div","nba-form");sent=!1;constructor(e,t){this.args=e,this.send=t,this.buttons.append(v("Approve","nba-primary",()=>this.decide(!0)),v("Edit…","",()=>this.edit()),v("Reject…","",()=>this.reject())),this.form.hidden=!0,this.el.append(this.buttons,this.form),this.el.setAttribute("role","group"),this.el.setAttribute("aria-label","Decide on this call")}decide(e){if(!this.sent){for(let e of(this.sent=!0,this.el.querySelectorAll("button, textarea, input")))e.disabled=!0;this.send(e)}}back(){this.form.replaceChildren(),f(this.form,!1),f(this.buttons,!0),this.buttons.querySelector("button")?.focus()}open(...e){this.form.replaceChildren(...e),f(this.buttons,!1),f(this.form,!0),this.form.querySelector("textarea, input")?.focus()}edit(){let e=y(p("textarea","nba-edit"));e.value=E(this.args()||"{}"),e.rows=Math.min(14,Math.max(3,e.value.split("\n").length)),e.spellcheck=!1,e.setAttribute("aria-label","Arguments as JSON");let t=p("div","nba-problem");t.setAttribute("role","alert");let r=v("Approve with these arguments","nba-primary",()=>{let r=S(e.value);null===r?this.decide({arguments:e.value}):(g(t,r),e.focus())});e.addEventListener("input",()=>{let r=S(e.value);g(t,r??""),e.setAttribute("aria-invalid",String(null!==r))}),e.addEventListener("keydown",e=>{if("Escape"===e.key)this.back();else{if("Enter"!==e.key||!e.ctrlKey&&!e.metaKey)return;r.click()}e.preventDefault(),e.stopPropagation()}),this.open(e,t,p("div","nba-buttons",r,v("Cancel","",()=>this.back())))}reject(){let e=y(p("input","nba-reason"));e.type="text",e.placeholder="Why not? The model reads this (optional)",e.setAttribute("aria-label","Reason");let t=v("Reject","nba-danger",()=>this.decide({reason:e.value.trim()}));e.addEventListener("keydown",e=>{if("Escape"===e.key)this.back();else{if("Enter"!==e.key)return;t.click()}e.preventDefault(),e.stopPropagation()}),this.open(e,p("div","nba-buttons",t,v("Cancel","",()=>this.back())))}}class T{key;memory;el;summary=y(p("summary","nba-summary"));body=p("div","nba-fold-body");constructor(e,t,r){this.key=e,this.memory=t,this.el=p("details",r,this.summary,this.body),this.summary.addEventListener("click",()=>this.memory().open.set(this.key,!this.el.open))}draw(e){let t=this.memory().open.get(this.key)??e;this.el.open!==t&&(this.el.open=t)}}let C={arriving:"",pending:"waits for you",queued:"queued",running:"running",ok:"",error:"failed",rejected:"rejected",cancelled:"cancelled"},z=new Set(["arriving","queued","running","pending"]);class q{host;k="tool";el;fold;icon=p("span");name=p("code","nba-name");brief=p("span","nba-brief");status=p("span","nba-status");args=p("div","nba-args");progress;lines=p("pre","nba-progress");result=p("pre","nba-result");note=p("div","nba-note");error=p("div","nba-tool-error");trace;traceback=p("pre","nba-result");approval;asked;item;drawn={};constructor(e,t,r){for(let[n,a]of(this.host=r,this.fold=new T(`${e}.card`,t,"nba-card"),this.progress=new T(`${e}.progress`,t,"nba-inner"),this.trace=new T(`${e}.trace`,t,"nba-inner"),this.trace.summary.append("Traceback"),this.trace.body.append(this.traceback),this.progress.body.append(this.lines),this.fold.summary.append(this.icon,this.name,this.brief,this.status),[[this.args,"args"],[this.result,"result"],[this.lines,"lines"],[this.traceback,"traceback"]]))n.dataset.scroll=`${e}.${a}`;this.fold.body.append(this.args,this.progress.el,this.error,this.trace.el,this.result,this.note),this.el=this.fold.el}draw(e){if(this.item=e,this.drawn.status!==e.status||!this.drawn.id){let t=x(e.status);this.icon.replaceWith(t),this.icon=t,this.el.dataset.status=e.status}g(this.name,e.name||"…"),this.time(e),this.drawn.arguments!==e.arguments&&this.drawArguments(e.arguments),this.drawProgress(e),this.drawResult(e),this.drawApproval(e),this.fold.draw(!0),this.drawn={...e}}time(e){let t=[C[e.status],e.edited?"edited":""].filter(Boolean),r="running"===e.status?this.host.elapsed():null;null!==r&&r>=1?t.push(`${Math.floor(r)} s`):"running"!==e.status&&void 0!==e.duration&&t.push(A(e.duration)),g(this.status,t.join(" \xb7 "))}drawArguments(e){let t=function(e){let t=[],r=0,n=()=>{for(;r<e.length&&j.test(e[r]);)r++};if(n(),"{"!==e[r])return null;for(r++;n(),!(r>=e.length)&&"}"!==e[r];){if('"'!==e[r])return null;let a=_(e,r),s=M(e.slice(r,a));if(r=a,n(),r>=e.length){t.push([s,""]);break}if(":"!==e[r])return null;r++,n();let i=r;for(let t=0;r<e.length;r++){let n=e[r];if('"'===n)r=_(e,r)-1;else if("{"===n||"["===n)t++;else if("}"===n||"]"===n){if(0===t)break;t--}else if(","===n&&0===t)break}t.push([s,e.slice(i,r).trimEnd()]),","===e[r]&&r++}return n(),r<e.length-1&&e.slice(r+1).trim()?null:t}(e);if(g(this.brief,t?t.map(([e,t])=>`${e}=${t.length>60?t.slice(0,60)+"…":t}`).join(", "):e.slice(0,120)),null===t){let t=this.args.firstElementChild?.tagName==="PRE"?this.args.firstElementChild:p("pre","nba-block");g(t,e),t.parentElement!==this.args&&this.args.replaceChildren(t),f(this.args,""!==e.trim());return}for(t.forEach(([e,t],r)=>{let n=this.args.children[r];if(!n||"DIV"!==n.tagName){let e=p("div","nba-arg",p("span","nba-key"),p("span","nba-value"));n?n.replaceWith(e):this.args.append(e),n=e}let a=t.startsWith('"')&&t.includes("\\n");n.classList.toggle("nba-long",a),g(n.children[0],e),g(n.children[1],a?M(t):t.startsWith('"')||t.length<48?t:E(t))});this.args.children.length>t.length;)this.args.lastElementChild.remove();f(this.args,t.length>0)}drawProgress(e){let t=e.progress??[];if(f(this.progress.el,t.length>0),t.length){if(this.drawn.progress!==e.progress){let e=this.lines.scrollTop+this.lines.clientHeight>=this.lines.scrollHeight-4;g(this.progress.summary,`Progress \xb7 ${t.length} ${1===t.length?"line":"lines"}`),g(this.lines,t.join("\n")),e&&(this.lines.scrollTop=this.lines.scrollHeight)}this.progress.draw(z.has(e.status))}}drawResult(e){let t="error"===e.status&&void 0!==e.error;f(this.error,t),f(this.trace.el,t&&!!e.error?.traceback),t&&this.drawn.error!==e.error&&(this.error.replaceChildren(p("strong","",e.error.type),`: ${e.error.message}`),g(this.traceback,e.error.traceback??""),this.trace.draw(!1));let r=!t&&void 0!==e.result;f(this.result,r&&""!==e.result),r&&this.drawn.result!==e.result&&g(this.result,function(e){let t=e.trimStart()[0];if("{"!==t&&"["!==t||e.length<72)return e;try{JSON.parse(e)}catch{return e}return E(e)}(e.result));let n=[];r&&""===e.result&&n.push("no output"),e.files?.length&&n.push(e.files.join(", ")),e.cut&&n.push("cut: the whole result is in the trace"),g(this.note,n.join(" \xb7 ")),f(this.note,n.length>0)}drawApproval(e){let t="pending"===e.status&&this.host.decidable()?e.approval:void 0;t===this.asked||t?.digest===this.asked?.digest&&!this.approval?.sent||(this.approval?.el.remove(),this.approval=void 0,this.asked=t,t&&(this.approval=new $(()=>this.item.arguments,e=>this.host.decide(this.item,e)),this.args.after(this.approval.el)))}}let L={running:"",completed:"ok",paused:"pending",cancelled:"cancelled",failed:"error"},N={cache_read_tokens:"read from the cache",cache_write_tokens:"written to the cache",reasoning_tokens:"of the output are reasoning"};class O{run;host;el=p("footer","nba-footer");icon=p("span");status=p("span","nba-fact");facts=p("span","nba-facts",this.status);stop;outcome="";constructor(e,t){this.run=e,this.host=t;let r=!1,n=()=>{r||(r=!0,this.stop.disabled=!0,t?.send({t:"stop"}))};this.stop=v("Stop","nba-stop",n),this.stop.addEventListener("pointerdown",e=>{0===e.button&&n()}),this.status.setAttribute("role","status"),this.status.setAttribute("aria-live","polite"),this.el.append(this.icon,p("span","nba-line",this.facts),this.stop)}draw(){let{state:e}=this.run,t="running"===e.outcome,r=t&&void 0!==this.host;if(this.outcome!==e.outcome){let n=x(t&&!r?"cancelled":L[e.outcome]);this.icon.replaceWith(n),this.icon=n,this.outcome=e.outcome}g(this.status,t&&!r?"not finished":function(e){if("paused"===e.outcome)return"paused: resume with %agent --resume";if("cancelled"===e.outcome)return"stopped";if("failed"===e.outcome)return"failed";if("completed"===e.outcome)return"";if(e.waiting){let{fraction:t}=e.waiting,r=e.waiting.what.charAt(0).toUpperCase()+e.waiting.what.slice(1);return void 0===t?r:`${r} ${Math.round(100*t)} %`}let t=e.items.filter(e=>"tool"===e.k);if(t.some(e=>"pending"===e.status))return"Waiting for your decision";let r=t.filter(e=>"running"===e.status).map(e=>e.name);if(r.length)return`Running ${r.slice(0,3).join(", ")}${r.length>3?` and ${r.length-3} more`:""}`;let n=e.items.findLast(e=>"notice"!==e.k);return n?.k==="reasoning"&&void 0===n.duration?"Thinking":n?.k==="text"?"Answering":n?.k==="tool"&&"arriving"===n.status?`Calling ${n.name}`:"Waiting for the model"}(e)),f(this.status,""!==this.status.textContent),this.drawFacts(e,r),f(this.stop,r)}drawFacts(e,t){let r=[];if(!t&&e.model&&r.push([e.model,e.agent?`agent ${e.agent}`:""]),e.usage){var n;let{input_tokens:t=0,output_tokens:a=0,...s}=e.usage,i=Object.entries(s).flatMap(([e,t])=>t&&N[e]?[`${t.toLocaleString("en-US")} ${N[e]}`]:[]),o=`${e.steps} model ${1===e.steps?"call":"calls"}`;r.push([`${t.toLocaleString("en-US")} in, ${a.toLocaleString("en-US")} out`,[`tokens, ${o}`,...i].join("\n")]),r.push([(n=e.cost,"local"===e.cost_source?"free (local)":null===n?"cost unknown":0===n?"$0":`$${n<.01?n.toPrecision(2):n.toFixed(n<1?3:2)}`),"cost"])}for(t?r.push([W((performance.now()-this.run.begun)/1e3),"time so far"]):e.duration&&r.push([A(e.duration),"time"]),t||null===e.ttft||r.push([`first token ${A(e.ttft)}`,"time from the prompt to the first token"]),r.forEach(([e,t],r)=>{let n=this.facts.children[r+1]??this.facts.appendChild(p("span","nba-fact"));g(n,e),t?n.setAttribute("title",t):n.removeAttribute("title")});this.facts.children.length>r.length+1;)this.facts.lastElementChild.remove()}}let W=e=>e<60?`${Math.floor(e)} s`:`${Math.floor(e/60)} min ${Math.floor(e%60)} s`;var R=r("webpack/sharing/consume/default/dompurify/dompurify"),D=r("webpack/sharing/consume/default/marked/marked"),I=r("./node_modules/highlight.js/es/core.js"),P=r("./node_modules/highlight.js/es/languages/bash.js"),F=r("./node_modules/highlight.js/es/languages/cpp.js"),H=r("./node_modules/highlight.js/es/languages/diff.js"),J=r("./node_modules/highlight.js/es/languages/go.js"),U=r("./node_modules/highlight.js/es/languages/java.js"),B=r("./node_modules/highlight.js/es/languages/json.js"),G=r("./node_modules/highlight.js/es/languages/julia.js"),V=r("./node_modules/highlight.js/es/languages/python.js"),K=r("./node_modules/highlight.js/es/languages/r.js"),X=r("./node_modules/highlight.js/es/languages/rust.js"),Y=r("./node_modules/highlight.js/es/languages/shell.js"),Q=r("./node_modules/highlight.js/es/languages/sql.js"),Z=r("./node_modules/highlight.js/es/languages/typescript.js"),ee=r("./node_modules/highlight.js/es/languages/xml.js"),et=r("./node_modules/highlight.js/es/languages/yaml.js");let er=I.A.newInstance();for(let[e,t]of(er.configure({classPrefix:"nba-"}),Object.entries({bash:P.A,cpp:F.A,diff:H.A,go:J.A,java:U.A,json:B.A,julia:G.A,python:V.A,r:K.A,rust:X.A,shell:Y.A,sql:Q.A,typescript:Z.A,xml:ee.A,yaml:et.A})))er.registerLanguage(e,t);er.registerAliases(["javascript","js","jsx","mjs","cjs"],{languageName:"typescript"});let en=new Map,ea=e=>e.replace(/[&<>"']/g,e=>`&#${e.charCodeAt(0)};`),es=new D.Marked({gfm:!0,async:!1});es.use({renderer:{html:({text:e})=>ea(e),image:({href:e,text:t})=>`<span class="nba-image">[image: ${ea(t||e)}]</span>`}});let ei=/^(?:https?:\/\/|mailto:)/i,eo=(0,R.default)(window);eo.addHook("afterSanitizeAttributes",e=>{"A"===e.tagName&&(ei.test(e.getAttribute("href")??"")?(e.setAttribute("target","_blank"),e.setAttribute("rel","noopener noreferrer nofollow")):e.removeAttribute("href"))});let el={ALLOWED_TAGS:["p","br","hr","h1","h2","h3","h4","h5","h6","em","strong","del","code","pre","blockquote","ul","ol","li","table","thead","tbody","tr","th","td","a","span","input"],ALLOWED_ATTR:["href","start","align","class","type","checked","disabled"],ALLOWED_URI_REGEXP:ei,ADD_URI_SAFE_ATTR:["align","start","type","checked","disabled"],ALLOW_DATA_ATTR:!1,RETURN_DOM_FRAGMENT:!0};function ed(e,t){let r,n=(r=es.parse(e),eo.sanitize(r,el));for(let e of n.querySelectorAll("input"))"checkbox"===e.type?e.disabled=!0:e.remove();let a=n.lastElementChild;for(let e of n.querySelectorAll("pre"))!function(e,t){let r=e.querySelector("code");if(!r)return;let n=/(?:^|\s)language-(\S+)/.exec(r.className)?.[1]??"";r.removeAttribute("class");let a=t&&n?function(e,t){if(!er.getLanguage(t)||e.length>5e4)return null;let r=`${t}\0${e}`,n=en.get(r);return void 0===n&&(n=er.highlight(e,{language:t,ignoreIllegals:!0}).value,en.size>8&&en.delete(en.keys().next().value),en.set(r,n)),n}(r.textContent??"",n.toLowerCase()):null;null!==a&&r.replaceChildren(eo.sanitize(a,el));let s=document.createElement("div");s.className="nba-code",e.replaceWith(s),s.append(e);let i=document.createElement("button");i.type="button",i.className="nba-copy",i.textContent="Copy",s.append(i)}(e,!(t&&a?.contains(e)));for(let e of n.querySelectorAll("table")){let t=document.createElement("div");t.className="nba-table",e.replaceWith(t),t.append(e)}for(let e of[...n.childNodes])if(e.nodeType===Node.TEXT_NODE)if(e.textContent?.trim()){let t=document.createElement("p");e.replaceWith(t),t.append(e)}else e.remove();return[...n.children]}function ec(e,t,r){for(r.forEach((r,n)=>{let a=e.children[t+n];a?a.isEqualNode(r)||a.replaceWith(r):e.append(r)});e.children.length>t+r.length;)e.lastElementChild.remove()}class eh{root;text="";frozen=0;kept=0;done=!1;constructor(e){this.root=e}draw(e,t){if(e===this.text&&t===this.done)return;if(e.startsWith(this.text)||(this.frozen=this.kept=0),this.text=e,this.done=t,t){this.frozen=this.kept=0,ec(this.root,0,ed(e,!1));return}let r=this.ready(),n=r?ed(r,!1):[];this.frozen+=r.length,ec(this.root,this.kept,[...n,...ed(e.slice(this.frozen),!0)]),this.kept+=n.length}ready(){let e=this.text.slice(this.frozen,this.text.lastIndexOf("\n")+1);if(!e)return"";let t=es.lexer(e),r=t.length;for(let e=0;r>0&&e<2;)"space"!==t[--r].type&&e++;let n=t.slice(0,r).map(e=>e.raw).join("");return e.startsWith(n)?n:""}}let eu=Symbol.for("nbagent.memory"),em=()=>({open:new Map,scroll:new Map});function eb(e,t){if(!e)return t??em();let r=globalThis,n=r[eu]??=new Map,a=n.get(e);return a||n.set(e,a=t??em()),a}class ep{run;host;el=p("section","nba");items=p("div","nba-items");error=p("div","nba-error");footer;pieces=[];dirty=new Set;frame=0;pause;cost=0;ticker;memory;constructor(e,t){this.run=e,this.host=t,this.memory=eb(e.state.run_id),this.footer=new O(e,t),this.el.setAttribute("aria-label","Agent run"),this.el.append(this.items,this.error,this.footer.el),this.el.addEventListener("click",e=>this.copy(e)),this.el.addEventListener("scroll",e=>this.scrolled(e),!0),this.redraw()}changed(e){for(let t of e)"run"===t[0]?"outcome"in t[1]&&this.run.state.items.forEach((e,t)=>this.dirty.add(t)):(this.dirty.add(t[1]),"add"===t[0]&&t[1]>0&&this.dirty.add(t[1]-1));this.schedule()}schedule(){if(this.frame||this.pause)return;let e=this.cost>8?3*this.cost:0,t=()=>{this.pause=void 0,this.frame=requestAnimationFrame(()=>this.flush())};e?this.pause=setTimeout(t,e):t()}redraw(){let{items:e}=this.run.state;(this.pieces.length>e.length||this.pieces.some((t,r)=>t.k!==e[r].k))&&(this.pieces=[],this.items.replaceChildren()),e.forEach((e,t)=>this.dirty.add(t)),this.flush(),this.memory.scroll.size&&requestAnimationFrame(()=>this.restoreScroll())}flush(){this.unschedule();let e=performance.now(),{state:t}=this.run;for(let e of(this.memory=eb(t.run_id,this.memory),this.el.dataset.outcome=t.outcome,[...this.dirty].sort((e,t)=>e-t))){let r=t.items[e];r&&(this.pieces[e]??=this.add(e,r)).draw(r,"running"!==t.outcome||t.items.slice(e+1).some(e=>"notice"!==e.k))}this.dirty.clear(),this.drawError(),this.footer.draw(),this.tick(),this.cost=performance.now()-e}unschedule(){cancelAnimationFrame(this.frame),clearTimeout(this.pause),this.frame=0,this.pause=void 0}dispose(){this.unschedule(),this.ticker&&clearInterval(this.ticker),this.ticker=void 0}add(e,t){var r;let n,a,s,i,o,l,d,c,h,u=String(e);if("tool"===t.k){let r=new q(u,()=>this.memory,{elapsed:()=>{let t=this.run.calls.get(e);return void 0===t?null:(performance.now()-t)/1e3},decidable:()=>void 0!==this.host&&"running"===this.run.state.outcome,decide:(e,t)=>this.decide(e,t)});return this.calls(t.batch).append(r.el),r}let m="text"===t.k?(n=p("div","nba-text"),a=p("div","nba-note","The answer stops here."),s=new eh(n),{k:"text",el:p("div","nba-answer",n,a),draw(e,t){s.draw(e.text,t),f(a,!!e.partial)}}):"reasoning"===t.k?(r=u,i=new T(`${r}.reasoning`,()=>this.memory,"nba-reasoning"),o=p("span"),i.summary.append(o),i.body.classList.add("nba-text"),i.body.dataset.scroll=`${r}.reasoning`,l=new eh(i.body),{k:"reasoning",el:i.el,draw(e,t){let r=t||void 0!==e.duration,n=!r&&i.body.scrollTop+i.body.clientHeight>=i.body.scrollHeight-4;l.draw(e.text||(e.redacted?"*The provider does not show these thoughts.*":""),r),g(o,r?void 0===e.duration?"Thought":`Thought for ${A(e.duration)}`:"Thinking"),i.el.dataset.live=String(!r),i.el.classList.toggle("nba-bare",r&&!e.text&&!e.redacted),i.draw(!r&&""!==e.text),n&&(i.body.scrollTop=i.body.scrollHeight)}}):(d=p("span"),c=p("div","nba-notice",d),h="",{k:"notice",el:c,draw(e){e.level!==h&&(h&&c.firstElementChild.remove(),c.prepend(x(e.level)),c.dataset.level=h=e.level),g(d,e.text)}});return this.items.append(m.el),m}calls(e){let t=this.items.lastElementChild;if(t instanceof HTMLElement&&t.classList.contains("nba-calls")&&t.dataset.batch===e)return t;let r=p("div","nba-calls");return r.dataset.batch=e,this.items.append(r),r}decide(e,t){this.host?.send({t:"decide",run_id:this.run.state.run_id,call_id:e.id,digest:e.approval?.digest??"",decision:t})}drawError(){let{error:e}=this.run.state;f(this.error,null!==e),e&&this.error.replaceChildren(p("strong","",e.type),...e.lines.slice(0,4).map(e=>p("div","",e)))}tick(){let e="running"===this.run.state.outcome&&void 0!==this.host;e&&!this.ticker?this.ticker=setInterval(()=>{for(let e of(this.footer.draw(),this.run.calls.keys())){let t=this.run.state.items[e];t&&this.pieces[e]?.time?.(t)}},1e3):!e&&this.ticker&&(clearInterval(this.ticker),this.ticker=void 0)}copy(e){let t=e.target instanceof Element?e.target.closest(".nba-copy"):null,r=t?.parentElement?.querySelector("pre")?.textContent;t&&null!=r&&navigator.clipboard?.writeText(r).then(()=>{t.textContent="Copied",setTimeout(()=>t.textContent="Copy",1200)})}scrolled(e){let t=e.target instanceof HTMLElement?e.target.dataset.scroll:void 0;t&&this.memory.scroll.set(t,e.target.scrollTop)}restoreScroll(){for(let e of this.el.querySelectorAll("[data-scroll]")){let t=this.memory.scroll.get(e.dataset.scroll);t&&(e.scrollTop=t)}}}r("./style/run.css");let eg="application/vnd.nbagent.run+json";class ef extends n.Widget{view;shown="";constructor(){super(),this.addClass("nba-saved")}renderModel(e){let t=e.data[eg],r=JSON.stringify(t);if(r===this.shown)return Promise.resolve();this.shown=r,this.view?.dispose();let n=m(t);return n?(this.view=new ep(new b(n)),this.node.replaceChildren(this.view.el)):this.node.textContent="This run was saved by another version of nbagent, which can show it.",Promise.resolve()}dispose(){this.view?.dispose(),super.dispose()}}let ev={id:"nbagent-labextension:mime",rendererFactory:{safe:!0,mimeTypes:[eg],createRenderer:()=>new ef},rank:0,dataType:"json"}},"./node_modules/css-loader/dist/cjs.js!./style/run.css"(e,t,r){var n=r("./node_modules/css-loader/dist/runtime/noSourceMaps.js"),a=r.n(n),s=r("./node_modules/css-loader/dist/runtime/api.js"),i=(r.n(s))()(a());i.push([e.id,`/*
 * A run on the page. Text and fonts are the front end's own (JupyterLab's, then VS Code's variables, else what is
 * inherited); lines and grounds are mixed from the text's colour, so that they fit any ground.
 */

.nba {
  --c-mute: color-mix(in srgb, currentcolor 68%, transparent);
  --c-line: color-mix(in srgb, currentcolor 17%, transparent);
  --c-soft: color-mix(in srgb, currentcolor 4.5%, transparent);
  --c-press: color-mix(in srgb, currentcolor 10%, transparent);
  --c-brand: light-dark(#0b57d0, #7cb0ff);
  --c-ok: light-dark(#1a7f37, #56d364);
  --c-bad: light-dark(#c62828, #ff8a80);
  --c-warn: light-dark(#8a5300, #ffb454);
  --c-keyword: light-dark(#8250df, #c8a2ff);
  --c-string: light-dark(#0a6640, #8fd6a0);
  --c-number: light-dark(#0550ae, #79c0ff);
  --c-title: light-dark(#953800, #ffb77c);
  --f-text: var(--jp-content-font-family, var(--vscode-font-family, system-ui, sans-serif));
  --f-code: var(--jp-code-font-family, var(--vscode-editor-font-family, ui-monospace, Menlo, Consolas, monospace));

  box-sizing: border-box;
  color: var(--jp-content-font-color1, var(--vscode-foreground, inherit));
  color-scheme: light;
  container-type: inline-size;
  font-family: var(--f-text);
  font-size: var(--jp-content-font-size1, 14px);
  line-height: 1.55;
  max-width: 68em;
  overflow-wrap: break-word;
  padding: 3px 0;
}

body[data-jp-theme-light='false'] .nba,
body.vscode-dark .nba,
html[theme='dark'] .nba {
  color-scheme: dark;
}

@media (prefers-color-scheme: dark) {
  body:not([data-jp-theme-light], .vscode-light) .nba {
    color-scheme: dark;
  }
}

.nba *,
.nba *::before {
  box-sizing: border-box;
}

.nba [hidden] {
  display: none !important;
}

.nba-items {
  display: flex;
  flex-direction: column;
  gap: 0.75em;
}

.nba-items > * {
  min-width: 0;
}

.nba :focus-visible {
  border-radius: 4px;
  outline: 2px solid var(--c-brand);
  outline-offset: 1px;
}

.nba-icon {
  fill: none;
  flex: none;
  height: 1.1em;
  stroke: currentcolor;
  stroke-linecap: round;
  stroke-linejoin: round;
  stroke-width: 1.6;
  width: 1.1em;
}

.nba-spin {
  animation: nba-turn 0.9s linear infinite;
  border: 1.6px solid var(--c-line);
  border-radius: 50%;
  border-top-color: var(--c-brand);
  display: inline-block;
  height: 0.95em;
  margin: 0.075em;
  width: 0.95em;
}

@keyframes nba-turn {
  to {
    transform: rotate(1turn);
  }
}

@media (prefers-reduced-motion: reduce) {
  .nba-spin {
    animation-duration: 6s;
  }
}

/* -- Markdown ------------------------------------------------------------------------------------------------------ */

.nba-text > * {
  margin: 0 0 0.65em;
}

.nba-text > :last-child {
  margin-bottom: 0;
}

.nba-text :is(h1, h2, h3, h4, h5, h6) {
  color: inherit;
  font-weight: 600;
  line-height: 1.3;
  margin: 1em 0 0.45em;
}

.nba-text > :is(h1, h2, h3, h4, h5, h6):first-child {
  margin-top: 0;
}

.nba-text h1 {
  font-size: 1.4em;
}

.nba-text h2 {
  font-size: 1.22em;
}

.nba-text h3 {
  font-size: 1.08em;
}

.nba-text :is(h4, h5, h6) {
  font-size: 1em;
}

.nba-text :is(ul, ol) {
  padding-left: 1.7em;
}

.nba-text :is(ul, ol) :is(ul, ol) {
  margin: 0.15em 0;
}

.nba-text li {
  margin: 0.15em 0;
}

.nba-text li > p {
  margin: 0 0 0.4em;
}

.nba-text li:has(> input) {
  list-style: none;
}

.nba-text li > input {
  margin: 0 0.5em 0 -1.4em;
  vertical-align: -0.1em;
}

.nba-text blockquote {
  border-left: 3px solid var(--c-line);
  color: var(--c-mute);
  margin-left: 0;
  padding: 0 0 0 0.9em;
}

.nba-text blockquote > :last-child {
  margin-bottom: 0;
}

.nba-text hr {
  border: 0;
  border-top: 1px solid var(--c-line);
  margin: 1em 0;
}

.nba-text a[href] {
  color: var(--jp-content-link-color, var(--vscode-textLink-foreground, var(--c-brand)));
  text-decoration: underline;
  text-underline-offset: 2px;
}

.nba :is(code, pre, textarea) {
  font-family: var(--f-code);
  font-size: 0.92em;
}

.nba-text :not(pre) > code {
  background: var(--c-soft);
  border-radius: 4px;
  color: inherit;
  font-size: 0.9em;
  padding: 0.12em 0.35em;
}

.nba-image {
  color: var(--c-mute);
}

.nba-code {
  position: relative;
}

.nba .nba-code pre {
  background: var(--c-soft);
  border: 1px solid var(--c-line);
  border-radius: 6px;
  line-height: 1.45;
  margin: 0;
  max-height: 40em;
  overflow: auto;
  padding: 0.65em 0.85em;
  white-space: pre;
  word-break: normal;
}

.nba .nba-code code {
  background: none;
  font-size: 1em;
  padding: 0;
}

.nba-copy {
  background: light-dark(#fff, #2b2b2b);
  border: 1px solid var(--c-line);
  border-radius: 5px;
  color: light-dark(#444, #ccc);
  cursor: pointer;
  font: 500 0.8em/1.5 var(--f-text);
  opacity: 0;
  padding: 0.1em 0.6em;
  position: absolute;
  right: 0.5em;
  top: 0.5em;
}

.nba-code:hover .nba-copy,
.nba-copy:focus-visible {
  opacity: 1;
}

.nba-table {
  overflow-x: auto;
}

.nba .nba-table table {
  border-collapse: collapse;
  font-size: 0.95em;
  font-variant-numeric: tabular-nums;
  margin: 0;
  width: max-content;
}

.nba .nba-table :is(th, td) {
  border-bottom: 1px solid var(--c-line);
  max-width: 30em;
  padding: 0.3em 0.9em 0.3em 0;
  text-align: left;
  vertical-align: top;
  white-space: normal;
}

.nba .nba-table [align='right'] {
  text-align: right;
}

.nba .nba-table [align='center'] {
  text-align: center;
}

.nba .nba-table th {
  font-weight: 600;
  white-space: nowrap;
}

.nba-comment,
.nba-quote,
.nba-meta {
  color: var(--c-mute);
}

.nba-comment {
  font-style: italic;
}

:is(.nba-keyword, .nba-literal, .nba-selector-tag, .nba-section, .nba-tag) {
  color: var(--c-keyword);
}

:is(.nba-string, .nba-regexp, .nba-addition, .nba-char) {
  color: var(--c-string);
}

:is(.nba-number, .nba-symbol, .nba-built_in, .nba-type, .nba-attr, .nba-attribute) {
  color: var(--c-number);
}

:is(.nba-title, .nba-variable, .nba-deletion, .nba-bullet) {
  color: var(--c-title);
}

/* -- what opens and closes ------------------------------------------------------------------------------------------ */

.nba-summary {
  align-items: center;
  cursor: pointer;
  display: flex;
  gap: 0.5em;
  list-style: none;
  min-width: 0;
}

.nba-summary::-webkit-details-marker {
  display: none;
}

.nba-reasoning > .nba-summary,
.nba-inner > .nba-summary {
  color: var(--c-mute);
  font-size: 0.93em;
  width: fit-content;
}

.nba-reasoning > .nba-summary::before,
.nba-inner > .nba-summary::before {
  border: solid currentcolor;
  border-width: 0 1.5px 1.5px 0;
  content: '';
  height: 0.4em;
  margin: 0 0.2em 0 0.1em;
  transform: rotate(-45deg);
  transition: transform 0.12s;
  width: 0.4em;
}

.nba-reasoning[open] > .nba-summary::before,
.nba-inner[open] > .nba-summary::before {
  transform: translateY(-0.1em) rotate(45deg);
}

.nba-reasoning > .nba-summary:hover,
.nba-inner > .nba-summary:hover {
  color: inherit;
}

.nba-reasoning > .nba-fold-body {
  border-left: 2px solid var(--c-line);
  color: var(--c-mute);
  font-size: 0.95em;
  margin: 0.35em 0 0.1em 0.3em;
  padding-left: 0.9em;
}

.nba-reasoning[data-live='true'] > .nba-fold-body {
  max-height: 13em;
  overflow-y: auto;
}

.nba-reasoning.nba-bare > .nba-summary {
  cursor: default;
  pointer-events: none;
}

.nba-reasoning.nba-bare > .nba-summary::before {
  visibility: hidden;
}

/* -- tool cards ----------------------------------------------------------------------------------------------------- */

.nba-calls {
  align-items: start;
  display: grid;
  gap: 0.6em;
  grid-template-columns: repeat(auto-fill, minmax(min(100%, 22em), 1fr));
}

.nba-card {
  border: 1px solid var(--c-line);
  border-radius: 8px;
  min-width: 0;
  overflow: hidden;
}

/* code needs the width */
.nba-card:only-child:has(.nba-long) {
  grid-column: 1 / -1;
}

.nba-card > .nba-summary {
  background: var(--c-soft);
  min-height: 2.2em;
  padding: 0.3em 0.7em;
}

.nba-card > .nba-summary:focus-visible {
  border-radius: 8px;
  outline-offset: -2px;
}

.nba-card[data-status='ok'] > .nba-summary > .nba-icon {
  color: var(--c-ok);
}

.nba-card[data-status='error'] > .nba-summary > .nba-icon {
  color: var(--c-bad);
}

.nba-card[data-status='pending'] {
  border-color: var(--c-warn);
}

.nba-card[data-status='pending'] > .nba-summary > :is(.nba-icon, .nba-status) {
  color: var(--c-warn);
}

.nba-card[data-status='error'] {
  border-color: color-mix(in srgb, var(--c-bad) 45%, transparent);
}

.nba-name {
  flex: none;
  font-weight: 600;
  max-width: 70%;
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}

.nba-brief {
  color: var(--c-mute);
  flex: 1;
  font-family: var(--f-code);
  font-size: 0.86em;
  min-width: 0;
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}

.nba-card[open] > .nba-summary > .nba-brief {
  visibility: hidden;
}

.nba-status {
  color: var(--c-mute);
  flex: none;
  font-size: 0.86em;
  font-variant-numeric: tabular-nums;
  margin-left: auto;
}

.nba-card > .nba-fold-body > * {
  padding: 0.5em 0.75em;
}

.nba-card > .nba-fold-body > * + * {
  border-top: 1px solid var(--c-line);
}

.nba-args {
  align-content: start;
  display: grid;
  font-size: 0.88em;
  gap: 0.15em 0.9em;
  grid-template-columns: minmax(3.6em, max-content) minmax(0, 1fr);
  max-height: 15em;
  overflow: auto;
}

.nba-arg {
  display: contents;
  line-height: 1.5;
}

.nba-args > .nba-block,
.nba-long > * {
  grid-column: 1 / -1;
}

.nba-key {
  color: var(--c-mute);
  flex: none;
  font-family: var(--f-code);
}

.nba-value {
  font-family: var(--f-code);
  min-width: 0;
  white-space: pre-wrap;
  word-break: break-word;
}

.nba-long > .nba-value {
  border-left: 2px solid var(--c-line);
  margin: 0.15em 0 0.25em;
  overflow-x: auto;
  padding-left: 0.75em;
  white-space: pre;
}

.nba :is(.nba-result, .nba-progress, .nba-block) {
  background: none;
  border: 0;
  line-height: 1.45;
  margin: 0;
  max-height: 15em;
  overflow: auto;
  white-space: pre-wrap;
  word-break: break-word;
}

.nba-card :is(.nba-result, .nba-progress) {
  font-size: 0.86em;
}

.nba-card > .nba-fold-body > :is(.nba-result, .nba-block) {
  border-top: 1px solid var(--c-line);
}

.nba-card > .nba-fold-body > :first-child {
  border-top: 0;
}

.nba .nba-progress {
  color: var(--c-mute);
  max-height: 7.5em;
  padding-top: 0.3em;
}

.nba-tool-error {
  color: var(--c-bad);
  font-size: 0.92em;
  white-space: pre-wrap;
}

.nba-note {
  color: var(--c-mute);
  font-size: 0.86em;
}

.nba-answer > .nba-note {
  font-style: italic;
  margin-top: 0.4em;
}

/* -- decisions ------------------------------------------------------------------------------------------------------ */

.nba-buttons {
  display: flex;
  flex-wrap: wrap;
  gap: 0.5em;
}

.nba .nba-button {
  background: transparent;
  border: 1px solid color-mix(in srgb, currentcolor 30%, transparent);
  border-radius: 6px;
  color: inherit;
  cursor: pointer;
  font: 500 0.92em/1.5 var(--f-text);
  padding: 0.12em 0.8em;
}

.nba .nba-button:hover:enabled {
  background: var(--c-press);
}

.nba .nba-button:disabled {
  cursor: default;
  opacity: 0.5;
}

.nba .nba-primary {
  background: light-dark(#0b57d0, #2f6fdb);
  border-color: transparent;
  color: #fff;
}

.nba .nba-primary:hover:enabled {
  background: light-dark(#0946a8, #4683ea);
}

.nba .nba-danger {
  background: light-dark(#c62828, #c0392f);
  border-color: transparent;
  color: #fff;
}

.nba .nba-danger:hover:enabled {
  background: light-dark(#a31f1f, #d24b41);
}

.nba-form {
  display: flex;
  flex-direction: column;
  gap: 0.5em;
}

.nba :is(.nba-edit, .nba-reason) {
  background: transparent;
  border: 1px solid color-mix(in srgb, currentcolor 30%, transparent);
  border-radius: 6px;
  color: inherit;
  font-size: 0.9em;
  line-height: 1.45;
  padding: 0.4em 0.6em;
  width: 100%;
}

.nba .nba-reason {
  font-family: var(--f-text);
}

.nba .nba-edit {
  resize: vertical;
}

.nba .nba-edit[aria-invalid='true'] {
  border-color: var(--c-bad);
}

.nba-problem {
  color: var(--c-bad);
  font-size: 0.86em;
}

.nba-problem:empty {
  display: none;
}

/* -- notices, error, footer ----------------------------------------------------------------------------------------- */

.nba-notice {
  align-items: flex-start;
  color: var(--c-mute);
  display: flex;
  font-size: 0.93em;
  gap: 0.5em;
}

.nba-notice > .nba-icon {
  margin-top: 0.22em;
}

.nba-notice[data-level='warning'] > .nba-icon {
  color: var(--c-warn);
}

.nba-notice[data-level='error'] {
  color: var(--c-bad);
}

.nba-error {
  border-left: 3px solid var(--c-bad);
  margin-top: 0.6em;
  padding: 0.1em 0 0.1em 0.8em;
}

.nba-error > strong {
  color: var(--c-bad);
}

.nba-footer {
  align-items: flex-start;
  color: var(--c-mute);
  display: flex;
  font-size: 0.86em;
  font-variant-numeric: tabular-nums;
  gap: 0.55em;
  margin-top: 0.6em;
  min-height: 2em;
}

.nba-footer > .nba-icon {
  margin-top: 0.22em;
}

.nba-footer > .nba-spin {
  margin-top: 0.3em;
}

.nba[data-outcome='completed'] .nba-footer > .nba-icon {
  color: var(--c-ok);
}

.nba[data-outcome='failed'] .nba-footer > .nba-icon {
  color: var(--c-bad);
}

.nba[data-outcome='paused'] .nba-footer > .nba-icon {
  color: var(--c-warn);
}

.nba-items:empty + .nba-error + .nba-footer {
  margin-top: 0;
}

/* a dot before every fact; that of a row's first one falls outside the line */
.nba-line {
  flex: 1;
  min-width: 0;
  overflow: hidden;
}

.nba-facts {
  display: flex;
  flex-wrap: wrap;
  margin-left: -1.3em;
}

.nba-fact::before {
  content: '\xb7';
  display: inline-block;
  text-align: center;
  width: 1.3em;
}

.nba .nba-stop {
  font-size: 0.95em;
  padding-block: 0;
}
`,""]),r.d(t,{},{A:i})},"./style/run.css"(e,t,r){r.r(t);var n=r("./node_modules/style-loader/dist/runtime/injectStylesIntoStyleTag.js"),a=r.n(n),s=r("./node_modules/style-loader/dist/runtime/styleDomAPI.js"),i=r.n(s),o=r("./node_modules/style-loader/dist/runtime/insertBySelector.js"),l=r.n(o),d=r("./node_modules/style-loader/dist/runtime/setAttributesWithoutAttributes.js"),c=r.n(d),h=r("./node_modules/style-loader/dist/runtime/insertStyleElement.js"),u=r.n(h),m=r("./node_modules/style-loader/dist/runtime/styleTagTransform.js"),b=r.n(m),p=r("./node_modules/css-loader/dist/cjs.js!./style/run.css"),g={};g.styleTagTransform=b(),g.setAttributes=c(),g.insert=l().bind(null,"head"),g.domAPI=i(),g.insertStyleElement=u(),a()(p.A,g);let f=p.A&&p.A.locals?p.A.locals:void 0;r.d(t,{},{default:f})}}]);