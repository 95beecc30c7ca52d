"use strict";(self.rspackChunknbagent_labextension=self.rspackChunknbagent_labextension||[]).push([["lib_mime_js"],{"./lib/core/later.js"(e,t,r){let n=Symbol.for("nbagent.decisions-are-heard"),a=globalThis,s=/^[\w.:-]{1,128}$/;function i(e){let{run_id:t,call_id:r,digest:n,decision:a}=e??{};if(!/^[0-9a-f]{32}$/.test(t??"")||!s.test(r??"")||!/^[0-9a-f]{16}$/.test(n??""))return null;let i=!0===a?"yes":function(e){if("object"!=typeof e||null===e)return null;if("reason"in e)return e.reason?o({reason:e.reason}):"no";try{return o({arguments:JSON.parse(e.arguments)})}catch{return null}}(a);return null===i?null:`%agent --raw --resume ${t.slice(0,8)} --decide ${r}@${n} ${i}`}let o=e=>`"${JSON.stringify(e).replace(/[\\"]/g,e=>`\\${e}`)}"`;r.d(t,{b5:()=>i},{HK:()=>!0===a[n],KT:()=>{a[n]=!0},V1:"nbagent:decided"})},"./lib/mime.js"(e,t,r){r.r(t),r.d(t,{MIME:()=>ef,default:()=>ey});var n=r("webpack/sharing/consume/default/@lumino/widgets"),a=r("./lib/core/later.js");let s=e=>"string"==typeof e?e:null==e?"":JSON.stringify(e),i=e=>"number"==typeof e&&Number.isFinite(e)?e:void 0,o=e=>"object"!=typeof e||null===e||Array.isArray(e)?void 0:e,l=e=>Array.isArray(e)?e.map(s):[],d=(e,t,r)=>t.includes(e)?e:r,c=["arriving","pending","queued","running","ok","error","rejected","cancelled"],h=["running","completed","paused","cancelled","failed"],u=["info","warning","error"];function m(e){let t=o(e);if(!t)return[];if("text"===t.k)return[{k:"text",text:s(t.text),...!0===t.partial?{partial:!0}:{}}];if("notice"===t.k)return[{k:"notice",level:d(t.level,u,"info"),text:s(t.text)}];if("tool"===t.k){let e,r,n;return[(e={k:"tool",id:s(t.id),name:s(t.name),arguments:s(t.arguments),status:d(t.status,c,"cancelled"),batch:s(t.batch)},r=o(t.error),n=o(t.approval),void 0!==t.result&&(e.result=s(t.result)),!0===t.cut&&(e.cut=!0),!0===t.edited&&(e.edited=!0),Array.isArray(t.files)&&(e.files=l(t.files)),r&&(e.error={type:s(r.type),message:s(r.message),...r.traceback?{traceback:s(r.traceback)}:{}}),void 0!==i(t.duration)&&(e.duration=i(t.duration)),Array.isArray(t.progress)&&(e.progress=l(t.progress)),n&&(e.approval={digest:s(n.digest)}),e)]}if("reasoning"!==t.k)return[];let r={k:"reasoning",text:s(t.text)};return!0===t.redacted&&(r.redacted=!0),void 0!==i(t.duration)&&(r.duration=i(t.duration)),[r]}function b(e){let t=o(e);if(!t||1!==t.v||!Array.isArray(t.items))return null;let r=o(t.usage),n=o(t.error),a=o(t.waiting);return{v:1,run_id:s(t.run_id),agent:s(t.agent),model:s(t.model),prompt:s(t.prompt),outcome:d(t.outcome,h,"cancelled"),items:t.items.flatMap(m),usage:r?Object.fromEntries(Object.entries(r).flatMap(([e,t])=>void 0===i(t)?[]:[[e,t]])):null,cost:i(t.cost)??null,cost_source:s(t.cost_source),duration:i(t.duration)??0,ttft:i(t.ttft)??null,steps:i(t.steps)??0,error:n?{type:s(n.type),lines:l(n.lines)}:null,waiting:a?{what:s(a.what),...void 0===i(a.fraction)?{}:{fraction:i(a.fraction)}}:null}}class p{state;seq;newest;begun;calls=new Map;constructor(e={v:1,run_id:"",agent:"",model:"",prompt:"",outcome:"running",items:[],usage:null,cost:null,cost_source:"unknown",duration:0,ttft:null,steps:0,error:null,waiting:null},t=0){this.state=e,this.seq=this.newest=t,this.begun=0,this.clocks()}get behind(){return this.newest>this.seq}receive(e){let{t,seq:r,ops:n,state:a}=e??{};if("number"!=typeof r)return{what:"nothing"};if(this.newest=Math.max(this.newest,r),"state"===t&&r>=this.seq){let e=b(a);return e?(this.state=e,this.seq=r,this.clocks(),{what:"state"}):{what:"nothing"}}if("ops"!==t||!Array.isArray(n)||r<=this.seq)return{what:"nothing"};if(r!==this.seq+1)return{what:"gap"};for(let e of(this.seq=r,n))!function(e,t){if("run"===t[0])return Object.assign(e,t[1]);let[r,n,a]=t;if("add"===r){n===e.items.length&&e.items.push(structuredClone(a));return}let s=e.items[n];if(void 0!==s){if("text"===r&&"text"in s)s.text+=a;else if("args"===r&&"tool"===s.k)s.arguments+=a;else if("more"===r&&"tool"===s.k)s.progress=[...s.progress??[],...a].slice(-100);else if("set"===r)for(let[e,t]of Object.entries(a))null===t?delete s[e]:s[e]=t}}(this.state,e),("add"===e[0]&&"tool"===e[2].k&&"running"===e[2].status||"set"===e[0]&&"running"===e[2].status)&&this.calls.set(e[1],performance.now());return{what:"ops",ops:n}}clocks(){let e=performance.now();this.begun=e-1e3*this.state.duration,this.calls.clear(),this.state.items.forEach((t,r)=>{"tool"===t.k&&"running"===t.status&&this.calls.set(r,e-(t.duration??0)*1e3)})}}function g(e,t="",...r){let n=document.createElement(e);return t&&(n.className=t),n.append(...r),n}function f(e,t){e.textContent!==t&&(e.textContent=t)}function v(e,t){e.hidden===t&&(e.hidden=!t)}function y(e,t,r){let n=g("button",`nba-button ${t}`,e);return n.type="button",n.addEventListener("click",r),w(n)}function w(e){return e.setAttribute("data-lm-suppress-shortcuts","true"),e}let k={ok:"M3.5 8.5l3 3 6-7",error:"M4.5 4.5l7 7m0-7l-7 7",rejected:"M8 2.5a5.5 5.5 0 100 11 5.5 5.5 0 000-11M4.2 4.2l7.6 7.6",cancelled:"M5 5h6v6H5z",pending:"M6 4v8m4-8v8",queued:"M8 5v3.2l2 1.3M8 2.5a5.5 5.5 0 100 11 5.5 5.5 0 000-11",info:"M8 7.2V11M8 5v.01M8 2.5a5.5 5.5 0 100 11 5.5 5.5 0 000-11",warning:"M8 6.5v3M8 11.4v.01M8 2.8l6 10.4H2z"},x="http://www.w3.org/2000/svg";function A(e){let t=k[e];if(!t)return g("span","nba-icon nba-spin");let r=document.createElementNS(x,"svg");r.setAttribute("class","nba-icon"),r.setAttribute("viewBox","0 0 16 16"),r.setAttribute("aria-hidden","true");let n=document.createElementNS(x,"path");return n.setAttribute("d",t),r.append(n),r}function j(e){if(e<5e-4)return"<1 ms";if(e<.0995)return`${Math.round(1e3*e)} ms`;if(e<9.95)return`${e.toFixed(1)} s`;if(e<59.5)return`${Math.round(e)} s`;let t=Math.round(e);return`${Math.floor(t/60)} min ${t%60} s`}let _=/\s/;function E(e,t){for(let r=t+1;r<e.length;r++)if("\\"===e[r])r++;else if('"'===e[r])return r+1;return e.length}function $(e){let t="",r=0,n=()=>"\n"+"  ".repeat(Math.max(0,r));for(let a=0;a<e.length;a++){let s=e[a];if('"'===s){let r=E(e,a);t+=e.slice(a,r),a=r-1}else if("{"===s||"["===s){let i=a+1;for(;i<e.length&&_.test(e[i]);)i++;"}"===e[i]||"]"===e[i]?(t+=s+e[i],a=i):(r++,t+=s+n())}else"}"===s||"]"===s?(r--,t+=n()+s):","===s?t+=s+n():":"===s?t+=": ":_.test(s)||(t+=s)}return t}function S(e){let t=e.length>1&&E(e,0)===e.length&&e.endsWith('"')?e:e.replace(/\\(?:u[0-9a-fA-F]{0,3})?$/,"")+'"';try{return JSON.parse(t)}catch{return e.slice(1)}}function T(e){try{let t=JSON.parse(e);return"object"!=typeof t||null===t||Array.isArray(t)?'The arguments are a JSON object: {"name": value}.':null}catch(e){return e.message.split("\n")[0]??"This is not JSON."}}class M{args;send;el=g("div","nba-approval");buttons=g("div","nba-buttons");form=g("div","nba-form");sent=!1;constructor(e,t){this.args=e,this.send=t,this.buttons.append(y("Approve","nba-primary",()=>this.decide(!0)),y("Edit…","",()=>this.edit()),y("Reject…","",()=>this.reject())),this.form.hidden=!0,this.el.append(this.buttons,this.form),this.el.setAttribute("role","group"),this.el.setAttribute("aria-label","Decide on this call")}decide(e){if(!this.sent){for(let e of(this.sent=!0,this.el.querySelectorAll("button, textarea, input")))e.disabled=!0;this.send(e)}}back(){this.form.replaceChildren(),v(this.form,!1),v(this.buttons,!0),this.buttons.querySelector("button")?.focus()}open(...e){this.form.replaceChildren(...e),v(this.buttons,!1),v(this.form,!0),this.form.querySelector("textarea, input")?.focus()}edit(){let e=w(g("textarea","nba-edit"));e.value=$(this.args()||"{}"),e.rows=Math.min(14,Math.max(3,e.value.split("\n").length)),e.spellcheck=!1,e.setAttribute("aria-label","Arguments as JSON");let t=g("div","nba-problem");t.setAttribute("role","alert");let r=y("Approve with these arguments","nba-primary",()=>{let r=T(e.value);null===r?this.decide({arguments:e.value}):(f(t,r),e.focus())});e.addEventListener("input",()=>{let r=T(e.value);f(t,r??""),e.setAttribute("aria-invalid",String(null!==r))}),e.addEventListener("keydown",e=>{if("Escape"===e.key)this.back();else{if("Enter"!==e.key||!e.ctrlKey&&!e.metaKey)return;r.click()}e.preventDefault(),e.stopPropagation()}),this.open(e,t,g("div","nba-buttons",r,y("Cancel","",()=>this.back())))}reject(){let e=w(g("input","nba-reason"));e.type="text",e.placeholder="Why not? The model reads this (optional)",e.setAttribute("aria-label","Reason");let t=y("Reject","nba-danger",()=>this.decide({reason:e.value.trim()}));e.addEventListener("keydown",e=>{if("Escape"===e.key)this.back();else{if("Enter"!==e.key)return;t.click()}e.preventDefault(),e.stopPropagation()}),this.open(e,g("div","nba-buttons",t,y("Cancel","",()=>this.back())))}}class C{key;memory;el;summary=w(g("summary","nba-summary"));body=g("div","nba-fold-body");constructor(e,t,r){this.key=e,this.memory=t,this.el=g("details",r,this.summary,this.body),this.summary.addEventListener("click",()=>this.memory().open.set(this.key,!this.el.open))}draw(e){let t=this.memory().open.get(this.key)??e;this.el.open!==t&&(this.el.open=t)}}let z={arriving:"",pending:"waits for you",queued:"queued",running:"running",ok:"",error:"failed",rejected:"rejected",cancelled:"cancelled"},q=new Set(["arriving","queued","running","pending"]);class L{host;k="tool";el;fold;icon=g("span");name=g("code","nba-name");brief=g("span","nba-brief");status=g("span","nba-status");args=g("div","nba-args");progress;lines=g("pre","nba-progress");result=g("pre","nba-result");note=g("div","nba-note");error=g("div","nba-tool-error");trace;traceback=g("pre","nba-result");approval;asked;item;drawn={};constructor(e,t,r){for(let[n,a]of(this.host=r,this.fold=new C(`${e}.card`,t,"nba-card"),this.progress=new C(`${e}.progress`,t,"nba-inner"),this.trace=new C(`${e}.trace`,t,"nba-inner"),this.trace.summary.append("Traceback"),this.trace.body.append(this.traceback),this.progress.body.append(this.lines),this.fold.summary.append(this.icon,this.name,this.brief,this.status),[[this.args,"args"],[this.result,"result"],[this.lines,"lines"],[this.traceback,"traceback"]]))n.dataset.scroll=`${e}.${a}`;this.fold.body.append(this.args,this.progress.el,this.error,this.trace.el,this.result,this.note),this.el=this.fold.el}draw(e){if(this.item=e,this.drawn.status!==e.status||!this.drawn.id){let t=A(e.status);this.icon.replaceWith(t),this.icon=t,this.el.dataset.status=e.status}f(this.name,e.name||"…"),this.time(e),this.drawn.arguments!==e.arguments&&this.drawArguments(e.arguments),this.drawProgress(e),this.drawResult(e),this.drawApproval(e),this.fold.draw(!0),this.drawn={...e}}time(e){let t=[z[e.status],e.edited?"edited":""].filter(Boolean),r="running"===e.status?this.host.elapsed():null;null!==r&&r>=1?t.push(`${Math.floor(r)} s`):"running"!==e.status&&void 0!==e.duration&&t.push(j(e.duration)),f(this.status,t.join(" \xb7 "))}drawArguments(e){let t=function(e){let t=[],r=0,n=()=>{for(;r<e.length&&_.test(e[r]);)r++};if(n(),"{"!==e[r])return null;for(r++;n(),!(r>=e.length)&&"}"!==e[r];){if('"'!==e[r])return null;let a=E(e,r),s=S(e.slice(r,a));if(r=a,n(),r>=e.length){t.push([s,""]);break}if(":"!==e[r])return null;r++,n();let i=r;for(let t=0;r<e.length;r++){let n=e[r];if('"'===n)r=E(e,r)-1;else if("{"===n||"["===n)t++;else if("}"===n||"]"===n){if(0===t)break;t--}else if(","===n&&0===t)break}t.push([s,e.slice(i,r).trimEnd()]),","===e[r]&&r++}return n(),r<e.length-1&&e.slice(r+1).trim()?null:t}(e);if(f(this.brief,t?t.map(([e,t])=>`${e}=${t.length>60?t.slice(0,60)+"…":t}`).join(", "):e.slice(0,120)),null===t){let t=this.args.firstElementChild?.tagName==="PRE"?this.args.firstElementChild:g("pre","nba-block");f(t,e),t.parentElement!==this.args&&this.args.replaceChildren(t),v(this.args,""!==e.trim());return}for(t.forEach(([e,t],r)=>{let n=this.args.children[r];if(!n||"DIV"!==n.tagName){let e=g("div","nba-arg",g("span","nba-key"),g("span","nba-value"));n?n.replaceWith(e):this.args.append(e),n=e}let a=t.startsWith('"')&&t.includes("\\n");n.classList.toggle("nba-long",a),f(n.children[0],e),f(n.children[1],a?S(t):t.startsWith('"')||t.length<48?t:$(t))});this.args.children.length>t.length;)this.args.lastElementChild.remove();v(this.args,t.length>0)}drawProgress(e){let t=e.progress??[];if(v(this.progress.el,t.length>0),t.length){if(this.drawn.progress!==e.progress){let e=this.lines.scrollTop+this.lines.clientHeight>=this.lines.scrollHeight-4;f(this.progress.summary,`Progress \xb7 ${t.length} ${1===t.length?"line":"lines"}`),f(this.lines,t.join("\n")),e&&(this.lines.scrollTop=this.lines.scrollHeight)}this.progress.draw(q.has(e.status))}}drawResult(e){let t="error"===e.status&&void 0!==e.error;v(this.error,t),v(this.trace.el,t&&!!e.error?.traceback),t&&this.drawn.error!==e.error&&(this.error.replaceChildren(g("strong","",e.error.type),`: ${e.error.message}`),f(this.traceback,e.error.traceback??""),this.trace.draw(!1));let r=!t&&void 0!==e.result;v(this.result,r&&""!==e.result),r&&this.drawn.result!==e.result&&f(this.result,function(e){let t=e.trimStart()[0];if("{"!==t&&"["!==t||e.length<72)return e;try{JSON.parse(e)}catch{return e}return $(e)}(e.result));let n=[];r&&""===e.result&&n.push("no output"),e.files?.length&&n.push(e.files.join(", ")),e.cut&&n.push("cut: the whole result is in the trace"),f(this.note,n.join(" \xb7 ")),v(this.note,n.length>0)}drawApproval(e){let t="pending"===e.status&&this.host.decidable()?e.approval:void 0;t===this.asked||t?.digest===this.asked?.digest&&!this.approval?.sent||(this.approval?.el.remove(),this.approval=void 0,this.asked=t,t&&(this.approval=new M(()=>this.item.arguments,e=>this.host.decide(this.item,e)),this.args.after(this.approval.el)))}}let N={running:"",completed:"ok",paused:"pending",cancelled:"cancelled",failed:"error"},O={cache_read_tokens:"read from the cache",cache_write_tokens:"written to the cache",reasoning_tokens:"of the output are reasoning"};class W{run;host;el=g("footer","nba-footer");icon=g("span");status=g("span","nba-fact");facts=g("span","nba-facts",this.status);stop;outcome="";constructor(e,t){this.run=e,this.host=t;let r=!1,n=()=>{r||(r=!0,this.stop.disabled=!0,t?.send({t:"stop"}))};this.stop=y("Stop","nba-stop",n),this.stop.addEventListener("pointerdown",e=>{0===e.button&&n()}),this.status.setAttribute("role","status"),this.status.setAttribute("aria-live","polite"),this.el.append(this.icon,g("span","nba-line",this.facts),this.stop)}draw(){let{state:e}=this.run,t="running"===e.outcome,r=t&&void 0!==this.host;if(this.outcome!==e.outcome){let n=A(t&&!r?"cancelled":N[e.outcome]);this.icon.replaceWith(n),this.icon=n,this.outcome=e.outcome}f(this.status,t&&!r?"not finished":function(e){if("paused"===e.outcome)return"paused: resume with %agent --resume";if("cancelled"===e.outcome)return"stopped";if("failed"===e.outcome)return"failed";if("completed"===e.outcome)return"";if(e.waiting){let{fraction:t}=e.waiting,r=e.waiting.what.charAt(0).toUpperCase()+e.waiting.what.slice(1);return void 0===t?r:`${r} ${Math.round(100*t)} %`}let t=e.items.filter(e=>"tool"===e.k);if(t.some(e=>"pending"===e.status))return"Waiting for your decision";let r=t.filter(e=>"running"===e.status).map(e=>e.name);if(r.length)return`Running ${r.slice(0,3).join(", ")}${r.length>3?` and ${r.length-3} more`:""}`;let n=e.items.findLast(e=>"notice"!==e.k);return n?.k==="reasoning"&&void 0===n.duration?"Thinking":n?.k==="text"?"Answering":n?.k==="tool"&&"arriving"===n.status?`Calling ${n.name}`:"Waiting for the model"}(e)),v(this.status,""!==this.status.textContent),this.drawFacts(e,r),v(this.stop,r)}drawFacts(e,t){let r=[];if(!t&&e.model&&r.push([e.model,e.agent?`agent ${e.agent}`:""]),e.usage){var n;let{input_tokens:t=0,output_tokens:a=0,...s}=e.usage,i=Object.entries(s).flatMap(([e,t])=>t&&O[e]?[`${t.toLocaleString("en-US")} ${O[e]}`]:[]),o=`${e.steps} model ${1===e.steps?"call":"calls"}`;r.push([`${t.toLocaleString("en-US")} in, ${a.toLocaleString("en-US")} out`,[`tokens, ${o}`,...i].join("\n")]),r.push([(n=e.cost,"local"===e.cost_source?"free (local)":null===n?"cost unknown":0===n?"$0":`$${n<.01?n.toPrecision(2):n.toFixed(n<1?3:2)}`),"cost"])}for(t?r.push([R((performance.now()-this.run.begun)/1e3),"time so far"]):e.duration&&r.push([j(e.duration),"time"]),t||null===e.ttft||r.push([`first token ${j(e.ttft)}`,"time from the prompt to the first token"]),r.forEach(([e,t],r)=>{let n=this.facts.children[r+1]??this.facts.appendChild(g("span","nba-fact"));f(n,e),t?n.setAttribute("title",t):n.removeAttribute("title")});this.facts.children.length>r.length+1;)this.facts.lastElementChild.remove()}}let R=e=>e<60?`${Math.floor(e)} s`:`${Math.floor(e/60)} min ${Math.floor(e%60)} s`;var D=r("webpack/sharing/consume/default/dompurify/dompurify"),H=r("webpack/sharing/consume/default/marked/marked"),I=r("./node_modules/highlight.js/es/core.js"),P=r("./node_modules/highlight.js/es/languages/bash.js"),F=r("./node_modules/highlight.js/es/languages/cpp.js"),J=r("./node_modules/highlight.js/es/languages/diff.js"),U=r("./node_modules/highlight.js/es/languages/go.js"),K=r("./node_modules/highlight.js/es/languages/java.js"),V=r("./node_modules/highlight.js/es/languages/json.js"),B=r("./node_modules/highlight.js/es/languages/julia.js"),G=r("./node_modules/highlight.js/es/languages/python.js"),X=r("./node_modules/highlight.js/es/languages/r.js"),Y=r("./node_modules/highlight.js/es/languages/rust.js"),Q=r("./node_modules/highlight.js/es/languages/shell.js"),Z=r("./node_modules/highlight.js/es/languages/sql.js"),ee=r("./node_modules/highlight.js/es/languages/typescript.js"),et=r("./node_modules/highlight.js/es/languages/xml.js"),er=r("./node_modules/highlight.js/es/languages/yaml.js");let en=I.A.newInstance();for(let[e,t]of(en.configure({classPrefix:"nba-"}),Object.entries({bash:P.A,cpp:F.A,diff:J.A,go:U.A,java:K.A,json:V.A,julia:B.A,python:G.A,r:X.A,rust:Y.A,shell:Q.A,sql:Z.A,typescript:ee.A,xml:et.A,yaml:er.A})))en.registerLanguage(e,t);en.registerAliases(["javascript","js","jsx","mjs","cjs"],{languageName:"typescript"});let ea=new Map,es=e=>e.replace(/[&<>"']/g,e=>`&#${e.charCodeAt(0)};`),ei=new H.Marked({gfm:!0,async:!1});ei.use({renderer:{html:({text:e})=>es(e),image:({href:e,text:t})=>`<span class="nba-image">[image: ${es(t||e)}]</span>`}});let eo=/^(?:https?:\/\/|mailto:)/i,el=(0,D.default)(window);el.addHook("afterSanitizeAttributes",e=>{"A"===e.tagName&&(eo.test(e.getAttribute("href")??"")?(e.setAttribute("target","_blank"),e.setAttribute("rel","noopener noreferrer nofollow")):e.removeAttribute("href"))});let ed={ALLOWED_TAGS:["p","br","hr","h1","h2","h3","h4","h5","h6","em","strong","del","code","pre","blockquote","ul","ol","li","table","thead","tbody","tr","th","td","a","span","input"],ALLOWED_ATTR:["href","start","align","class","type","checked","disabled"],ALLOWED_URI_REGEXP:eo,ADD_URI_SAFE_ATTR:["align","start","type","checked","disabled"],ALLOW_DATA_ATTR:!1,RETURN_DOM_FRAGMENT:!0};function ec(e,t){let r,n=(r=ei.parse(e),el.sanitize(r,ed));for(let e of n.querySelectorAll("input"))"checkbox"===e.type?e.disabled=!0:e.remove();let a=n.lastElementChild;for(let e of n.querySelectorAll("pre"))!function(e,t){let r=e.querySelector("code");if(!r)return;let n=/(?:^|\s)language-(\S+)/.exec(r.className)?.[1]??"";r.removeAttribute("class");let a=t&&n?function(e,t){if(!en.getLanguage(t)||e.length>5e4)return null;let r=`${t}\0${e}`,n=ea.get(r);return void 0===n&&(n=en.highlight(e,{language:t,ignoreIllegals:!0}).value,ea.size>8&&ea.delete(ea.keys().next().value),ea.set(r,n)),n}(r.textContent??"",n.toLowerCase()):null;null!==a&&r.replaceChildren(el.sanitize(a,ed));let s=document.createElement("div");s.className="nba-code",e.replaceWith(s),s.append(e);let i=document.createElement("button");i.type="button",i.className="nba-copy",i.textContent="Copy",s.append(i)}(e,!(t&&a?.contains(e)));for(let e of n.querySelectorAll("table")){let t=document.createElement("div");t.className="nba-table",e.replaceWith(t),t.append(e)}for(let e of[...n.childNodes])if(e.nodeType===Node.TEXT_NODE)if(e.textContent?.trim()){let t=document.createElement("p");e.replaceWith(t),t.append(e)}else e.remove();return[...n.children]}function eh(e,t,r){for(r.forEach((r,n)=>{let a=e.children[t+n];a?a.isEqualNode(r)||a.replaceWith(r):e.append(r)});e.children.length>t+r.length;)e.lastElementChild.remove()}class eu{root;text="";frozen=0;kept=0;done=!1;constructor(e){this.root=e}draw(e,t){if(e===this.text&&t===this.done)return;if(e.startsWith(this.text)||(this.frozen=this.kept=0),this.text=e,this.done=t,t){this.frozen=this.kept=0,eh(this.root,0,ec(e,!1));return}let r=this.ready(),n=r?ec(r,!1):[];this.frozen+=r.length,eh(this.root,this.kept,[...n,...ec(e.slice(this.frozen),!0)]),this.kept+=n.length}ready(){let e=this.text.slice(this.frozen,this.text.lastIndexOf("\n")+1);if(!e)return"";let t=ei.lexer(e),r=t.length;for(let e=0;r>0&&e<2;)"space"!==t[--r].type&&e++;let n=t.slice(0,r).map(e=>e.raw).join("");return e.startsWith(n)?n:""}}let em=Symbol.for("nbagent.memory"),eb=()=>({open:new Map,scroll:new Map});function ep(e,t){if(!e)return t??eb();let r=globalThis,n=r[em]??=new Map,a=n.get(e);return a||n.set(e,a=t??eb()),a}class eg{run;host;later;el=g("section","nba");items=g("div","nba-items");error=g("div","nba-error");footer;pieces=[];dirty=new Set;frame=0;pause;cost=0;ticker;memory;constructor(e,t,r){this.run=e,this.host=t,this.later=r,this.memory=ep(e.state.run_id),this.footer=new W(e,t),this.el.setAttribute("aria-label","Agent run"),this.el.append(this.items,this.error,this.footer.el),this.el.addEventListener("click",e=>this.copy(e)),this.el.addEventListener("scroll",e=>this.scrolled(e),!0),this.redraw()}changed(e){for(let t of e)"run"===t[0]?"outcome"in t[1]&&this.run.state.items.forEach((e,t)=>this.dirty.add(t)):(this.dirty.add(t[1]),"add"===t[0]&&t[1]>0&&this.dirty.add(t[1]-1));this.schedule()}schedule(){if(this.frame||this.pause)return;let e=this.cost>8?3*this.cost:0,t=()=>{this.pause=void 0,this.frame=requestAnimationFrame(()=>this.flush())};e?this.pause=setTimeout(t,e):t()}redraw(){let{items:e}=this.run.state;(this.pieces.length>e.length||this.pieces.some((t,r)=>t.k!==e[r].k))&&(this.pieces=[],this.items.replaceChildren()),e.forEach((e,t)=>this.dirty.add(t)),this.flush(),this.memory.scroll.size&&requestAnimationFrame(()=>this.restoreScroll())}flush(){this.unschedule();let e=performance.now(),{state:t}=this.run;for(let e of(this.memory=ep(t.run_id,this.memory),this.el.dataset.outcome=t.outcome,[...this.dirty].sort((e,t)=>e-t))){let r=t.items[e];r&&(this.pieces[e]??=this.add(e,r)).draw(r,"running"!==t.outcome||t.items.slice(e+1).some(e=>"notice"!==e.k))}this.dirty.clear(),this.drawError(),this.footer.draw(),this.tick(),this.cost=performance.now()-e}unschedule(){cancelAnimationFrame(this.frame),clearTimeout(this.pause),this.frame=0,this.pause=void 0}dispose(){this.unschedule(),this.ticker&&clearInterval(this.ticker),this.ticker=void 0}add(e,t){var r;let n,a,s,i,o,l,d,c,h,u=String(e);if("tool"===t.k){let r=new L(u,()=>this.memory,{elapsed:()=>{let t=this.run.calls.get(e);return void 0===t?null:(performance.now()-t)/1e3},decidable:()=>void 0!==this.host&&"running"===this.run.state.outcome||void 0!==this.later&&"paused"===this.run.state.outcome,decide:(e,t)=>this.decide(e,t)});return this.calls(t.batch).append(r.el),r}let m="text"===t.k?(n=g("div","nba-text"),a=g("div","nba-note","The answer stops here."),s=new eu(n),{k:"text",el:g("div","nba-answer",n,a),draw(e,t){s.draw(e.text,t),v(a,!!e.partial)}}):"reasoning"===t.k?(r=u,i=new C(`${r}.reasoning`,()=>this.memory,"nba-reasoning"),o=g("span"),i.summary.append(o),i.body.classList.add("nba-text"),i.body.dataset.scroll=`${r}.reasoning`,l=new eu(i.body),{k:"reasoning",el:i.el,draw(e,t){let r=t||void 0!==e.duration,n=!r&&i.body.scrollTop+i.body.clientHeight>=i.body.scrollHeight-4;l.draw(e.text||(e.redacted?"*The provider does not show these thoughts.*":""),r),f(o,r?void 0===e.duration?"Thought":`Thought for ${j(e.duration)}`:"Thinking"),i.el.dataset.live=String(!r),i.el.classList.toggle("nba-bare",r&&!e.text&&!e.redacted),i.draw(!r&&""!==e.text),n&&(i.body.scrollTop=i.body.scrollHeight)}}):(d=g("span"),c=g("div","nba-notice",d),h="",{k:"notice",el:c,draw(e){e.level!==h&&(h&&c.firstElementChild.remove(),c.prepend(A(e.level)),c.dataset.level=h=e.level),f(d,e.text)}});return this.items.append(m.el),m}calls(e){let t=this.items.lastElementChild;if(t instanceof HTMLElement&&t.classList.contains("nba-calls")&&t.dataset.batch===e)return t;let r=g("div","nba-calls");return r.dataset.batch=e,this.items.append(r),r}decide(e,t){let r=this.host??this.later;r?.send({t:"decide",run_id:this.run.state.run_id,call_id:e.id,digest:e.approval?.digest??"",decision:t})}drawError(){let{error:e}=this.run.state;v(this.error,null!==e),e&&this.error.replaceChildren(g("strong","",e.type),...e.lines.slice(0,4).map(e=>g("div","",e)))}tick(){let e="running"===this.run.state.outcome&&void 0!==this.host;e&&!this.ticker?this.ticker=setInterval(()=>{for(let e of(this.footer.draw(),this.run.calls.keys())){let t=this.run.state.items[e];t&&this.pieces[e]?.time?.(t)}},1e3):!e&&this.ticker&&(clearInterval(this.ticker),this.ticker=void 0)}copy(e){let t=e.target instanceof Element?e.target.closest(".nba-copy"):null,r=t?.parentElement?.querySelector("pre")?.textContent;t&&null!=r&&navigator.clipboard?.writeText(r).then(()=>{t.textContent="Copied",setTimeout(()=>t.textContent="Copy",1200)})}scrolled(e){let t=e.target instanceof HTMLElement?e.target.dataset.scroll:void 0;t&&this.memory.scroll.set(t,e.target.scrollTop)}restoreScroll(){for(let e of this.el.querySelectorAll("[data-scroll]")){let t=this.memory.scroll.get(e.dataset.scroll);t&&(e.scrollTop=t)}}}r("./style/run.css");let ef="application/vnd.nbagent.run+json";class ev extends n.Widget{view;shown="";constructor(){super(),this.addClass("nba-saved")}renderModel(e){let t=e.data[ef],r=JSON.stringify(t);if(r===this.shown)return Promise.resolve();this.shown=r,this.view?.dispose();let n=b(t);if(n){let e=e=>this.node.dispatchEvent(new CustomEvent(a.V1,{bubbles:!0,detail:e}));this.view=new eg(new p(n),void 0,(0,a.HK)()?{send:e}:void 0),this.node.replaceChildren(this.view.el)}else this.node.textContent="This run was saved by another version of nbagent, which can show it.";return Promise.resolve()}dispose(){this.view?.dispose(),super.dispose()}}let ey={id:"nbagent-labextension:mime",rendererFactory:{safe:!0,mimeTypes:[ef],createRenderer:()=>new ev},rank:0,dataType:"json"}},"./node_modules/css-loader/dist/cjs.js!./style/run.css"(e,t,r){var n=r("./node_modules/css-loader/dist/runtime/noSourceMaps.js"),a=r.n(n),s=r("./node_modules/css-loader/dist/runtime/api.js"),i=(r.n(s))()(a());i.push([e.id,`/*
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