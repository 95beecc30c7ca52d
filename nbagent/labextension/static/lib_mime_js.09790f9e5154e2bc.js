"use strict";(self.rspackChunknbagent_labextension=self.rspackChunknbagent_labextension||[]).push([["lib_mime_js"],{"./lib/core/later.js"(e,t,n){let a=Symbol.for("nbagent.decisions-are-heard"),r=globalThis,i=/^[\w.:-]{1,128}$/;function s(e){let{run_id:t,call_id:n,digest:a,decision:r}=e??{};if(!/^[0-9a-f]{32}$/.test(t??"")||!i.test(n??"")||!/^[0-9a-f]{16}$/.test(a??""))return null;let s=!0===r?"yes":function(e){if("object"!=typeof e||null===e)return null;if("reason"in e)return e.reason?o({reason:e.reason}):"no";try{return o({arguments:JSON.parse(e.arguments)})}catch{return null}}(r);return null===s?null:`%agent --raw --resume ${t.slice(0,8)} --decide ${n}@${a} ${s}`}let o=e=>`"${JSON.stringify(e).replace(/[\\"]/g,e=>`\\${e}`)}"`;n.d(t,{b5:()=>s},{HK:()=>!0===r[a],KT:()=>{r[a]=!0},V1:"nbagent:decided"})},"./lib/mime.js"(e,t,n){n.r(t),n.d(t,{MIME:()=>eP,default:()=>eU});var a=n("webpack/sharing/consume/default/@lumino/widgets"),r=n("./lib/core/later.js");let i=e=>"string"==typeof e?e:null==e?"":JSON.stringify(e),s=e=>"number"==typeof e&&Number.isFinite(e)?e:void 0,o=e=>"object"!=typeof e||null===e||Array.isArray(e)?void 0:e,l=e=>Array.isArray(e)?e:[],d=e=>l(e).map(i),c=(e,t,n)=>t.includes(e)?e:n,h=e=>null===e||"boolean"==typeof e||"number"==typeof e?e:i(e),u=["arriving","pending","queued","running","ok","error","rejected","cancelled"],m=["running","completed","paused","cancelled","failed"],b=["info","warning","error"];function p(e,t){let n={};for(let[a,r]of Object.entries(t)){let t=void 0===e[a]||null===e[a]?void 0:r(e[a]);void 0!==t&&(n[a]=t)}return n}let f=e=>!0===e||void 0,g=e=>l(e).flatMap(e=>o(e)?[p(o(e),{end:s,url:i,title:i,text:i})]:[]),v=e=>l(e).flatMap(e=>o(e)?[{media_type:i(o(e).media_type),data:i(o(e).data)}]:[]);function w(e){let t=o(e);if(t)return{columns:l(t.columns).map(h),rows:l(t.rows).map(e=>l(e).map(h)),shape:l(t.shape).flatMap(e=>s(e)??[])}}function y(e){let t=o(e);return t&&{type:i(t.type),message:i(t.message),...t.traceback?{traceback:i(t.traceback)}:{}}}function x(e){return{k:"tool",id:i(e.id),name:i(e.name),arguments:i(e.arguments),status:c(e.status,u,"cancelled"),batch:i(e.batch),...p(e,{result:i,cut:f,edited:f,repaired:f,folded:f,files:d,error:y,duration:s,progress:e=>Array.isArray(e)?d(e):void 0,fraction:s,images:v,table:w,approval:e=>o(e)&&{digest:i(o(e).digest)}})}}function k(e){let t=o(e);if(!t)return[];switch(t.k){case"text":return[{k:"text",text:i(t.text),...p(t,{partial:f,folded:f,citations:g})}];case"notice":return[{k:"notice",level:c(t.level,b,"info"),text:i(t.text)}];case"tool":return[x(t)];case"server_tool":{let{id:e,name:n,arguments:a,status:r,batch:o}=x(t);return[{k:"server_tool",id:e,name:n,arguments:a,status:r,batch:o,...p(t,{result:i,cut:f,duration:s})}]}case"file":return[{k:"file",media_type:i(t.media_type),...p(t,{name:i,data:i,url:i,size:s})}];case"output":return[{k:"output",type:i(t.type),json:i(t.json),...p(t,{repaired:f})}];case"reasoning":return[{k:"reasoning",text:i(t.text),...p(t,{redacted:f,duration:s})}];default:return[]}}function j(e){let t=o(e);if(!t||1!==t.v||!Array.isArray(t.items))return null;let n=o(t.usage),a=o(t.error),r=o(t.waiting);return{v:1,run_id:i(t.run_id),agent:i(t.agent),model:i(t.model),prompt:i(t.prompt),outcome:c(t.outcome,m,"cancelled"),items:t.items.flatMap(k),usage:n?Object.fromEntries(Object.entries(n).flatMap(([e,t])=>void 0===s(t)?[]:[[e,t]])):null,cost:s(t.cost)??null,cost_source:i(t.cost_source),duration:s(t.duration)??0,waited:s(t.waited)??0,ttft:s(t.ttft)??null,steps:s(t.steps)??0,error:a?{type:i(a.type),lines:d(a.lines)}:null,waiting:r?{what:i(r.what),...p(r,{fraction:s})}:null,output:t.output?i(t.output):null,replayed:t.replayed?i(t.replayed):null}}class A{state;seq;newest;begun;calls=new Map;constructor(e={v:1,run_id:"",agent:"",model:"",prompt:"",outcome:"running",items:[],usage:null,cost:null,cost_source:"unknown",duration:0,waited:0,ttft:null,steps:0,error:null,waiting:null,output:null,replayed:null},t=0){this.state=e,this.seq=this.newest=t,this.begun=0,this.clocks()}get behind(){return this.newest>this.seq}receive(e){let{t,seq:n,ops:a,state:r}=e??{};if("number"!=typeof n)return{what:"nothing"};if(this.newest=Math.max(this.newest,n),"state"===t&&n>=this.seq){let e=j(r);return e?(this.state=e,this.seq=n,this.clocks(),{what:"state"}):{what:"nothing"}}if("ops"!==t||!Array.isArray(a)||n<=this.seq)return{what:"nothing"};if(n!==this.seq+1)return{what:"gap"};for(let e of(this.seq=n,a))!function(e,t){if("run"===t[0])return Object.assign(e,t[1]);let[n,a,r]=t;if("add"===n){a===e.items.length&&e.items.push(structuredClone(r));return}let i=e.items[a];if(void 0!==i){if("text"===n&&"text"in i)i.text+=r;else if("args"===n&&"arguments"in i)i.arguments+=r;else if("more"===n&&"tool"===i.k)i.progress=[...i.progress??[],...r].slice(-100);else if("set"===n)for(let[e,t]of Object.entries(r))null===t?delete i[e]:i[e]=t}}(this.state,e),("add"===e[0]&&"tool"===e[2].k&&"running"===e[2].status||"set"===e[0]&&"running"===e[2].status)&&this.calls.set(e[1],performance.now());return{what:"ops",ops:a}}clocks(){let e=performance.now();this.begun=e-1e3*this.state.duration,this.calls.clear(),this.state.items.forEach((t,n)=>{"tool"===t.k&&"running"===t.status&&this.calls.set(n,e-(t.duration??0)*1e3)})}}function $(e,t="",...n){let a=document.createElement(e);return t&&(a.className=t),a.append(...n),a}function _(e,t){e.textContent!==t&&(e.textContent=t)}function S(e,t){e.hidden===t&&(e.hidden=!t)}function E(e,t,n){let a=$("button",`nba-button ${t}`,e);return a.type="button",a.addEventListener("click",n),C(a)}function C(e){return e.setAttribute("data-lm-suppress-shortcuts","true"),e}let M={ok:"M3.5 8.5l3 3 6-7",error:"M4.5 4.5l7 7m0-7l-7 7",rejected:"M8 2.5a5.5 5.5 0 100 11 5.5 5.5 0 000-11M4.2 4.2l7.6 7.6",cancelled:"M5 5h6v6H5z",pending:"M6 4v8m4-8v8",queued:"M8 5v3.2l2 1.3M8 2.5a5.5 5.5 0 100 11 5.5 5.5 0 000-11",info:"M8 7.2V11M8 5v.01M8 2.5a5.5 5.5 0 100 11 5.5 5.5 0 000-11",warning:"M8 6.5v3M8 11.4v.01M8 2.8l6 10.4H2z"},T="http://www.w3.org/2000/svg";function z(e){let t=M[e];if(!t)return $("span","nba-icon nba-spin");let n=document.createElementNS(T,"svg");n.setAttribute("class","nba-icon"),n.setAttribute("viewBox","0 0 16 16"),n.setAttribute("aria-hidden","true");let a=document.createElementNS(T,"path");return a.setAttribute("d",t),n.append(a),n}function L(e){if(e<5e-4)return"<1 ms";if(e<.0995)return`${Math.round(1e3*e)} ms`;if(e<9.95)return`${e.toFixed(1)} s`;if(e<59.5)return`${Math.round(e)} s`;let t=Math.round(e);return`${Math.floor(t/60)} min ${t%60} s`}let N=/\s/;function q(e,t){for(let n=t+1;n<e.length;n++)if("\\"===e[n])n++;else if('"'===e[n])return n+1;return e.length}function O(e){let t="",n=0,a=()=>"\n"+"  ".repeat(Math.max(0,n));for(let r=0;r<e.length;r++){let i=e[r];if('"'===i){let n=q(e,r);t+=e.slice(r,n),r=n-1}else if("{"===i||"["===i){let s=r+1;for(;s<e.length&&N.test(e[s]);)s++;"}"===e[s]||"]"===e[s]?(t+=i+e[s],r=s):(n++,t+=i+a())}else"}"===i||"]"===i?(n--,t+=a()+i):","===i?t+=i+a():":"===i?t+=": ":N.test(i)||(t+=i)}return t}function W(e){let t=e.length>1&&q(e,0)===e.length&&e.endsWith('"')?e:e.replace(/\\(?:u[0-9a-fA-F]{0,3})?$/,"")+'"';try{return JSON.parse(t)}catch{return e.slice(1)}}function R(e){try{let t=JSON.parse(e);return"object"!=typeof t||null===t||Array.isArray(t)?'The arguments are a JSON object: {"name": value}.':null}catch(e){return e.message.split("\n")[0]??"This is not JSON."}}class J{args;send;el=$("div","nba-approval");buttons=$("div","nba-buttons");form=$("div","nba-form");sent=!1;constructor(e,t){this.args=e,this.send=t,this.buttons.append(E("Approve","nba-primary",()=>this.decide(!0)),E("Edit…","",()=>this.edit()),E("Reject…","",()=>this.reject())),this.form.hidden=!0,this.el.append(this.buttons,this.form),this.el.setAttribute("role","group"),this.el.setAttribute("aria-label","Decide on this call")}decide(e){if(!this.sent){for(let e of(this.sent=!0,this.el.querySelectorAll("button, textarea, input")))e.disabled=!0;this.send(e)}}back(){this.form.replaceChildren(),S(this.form,!1),S(this.buttons,!0),this.buttons.querySelector("button")?.focus()}open(...e){this.form.replaceChildren(...e),S(this.buttons,!1),S(this.form,!0),this.form.querySelector("textarea, input")?.focus()}edit(){let e=C($("textarea","nba-edit"));e.value=O(this.args()||"{}"),e.rows=Math.min(14,Math.max(3,e.value.split("\n").length)),e.spellcheck=!1,e.setAttribute("aria-label","Arguments as JSON");let t=$("div","nba-problem");t.setAttribute("role","alert");let n=E("Approve with these arguments","nba-primary",()=>{let n=R(e.value);null===n?this.decide({arguments:e.value}):(_(t,n),e.focus())});e.addEventListener("input",()=>{let n=R(e.value);_(t,n??""),e.setAttribute("aria-invalid",String(null!==n))}),e.addEventListener("keydown",e=>{if("Escape"===e.key)this.back();else{if("Enter"!==e.key||!e.ctrlKey&&!e.metaKey)return;n.click()}e.preventDefault(),e.stopPropagation()}),this.open(e,t,$("div","nba-buttons",n,E("Cancel","",()=>this.back())))}reject(){let e=C($("input","nba-reason"));e.type="text",e.placeholder="Why not? The model reads this (optional)",e.setAttribute("aria-label","Reason");let t=E("Reject","nba-danger",()=>this.decide({reason:e.value.trim()}));e.addEventListener("keydown",e=>{if("Escape"===e.key)this.back();else{if("Enter"!==e.key)return;t.click()}e.preventDefault(),e.stopPropagation()}),this.open(e,$("div","nba-buttons",t,E("Cancel","",()=>this.back())))}}let H=new Set(["image/png","image/jpeg","image/gif","image/webp"]),I=/^audio\/[\w.+-]+$/,F=/^[A-Za-z0-9+/=\s]*$/;function P(e){if(!e||!/^https?:\/\//i.test(e))return null;try{return new URL(e)}catch{return null}}function D(e,t){let n=$("a","",t);return n.href=e.href,n.target="_blank",n.rel="noopener noreferrer nofollow",n}function U(e,t,n="A picture"){if(!H.has(e)||!F.test(t))return null;let a=$("img","nba-picture");return a.src=`data:${e};base64,${t}`,a.alt=n,a}class B{key;memory;el;summary=C($("summary","nba-summary"));body=$("div","nba-fold-body");constructor(e,t,n){this.key=e,this.memory=t,this.el=$("details",n,this.summary,this.body),this.summary.addEventListener("click",()=>this.memory().open.set(this.key,!this.el.open))}draw(e){let t=this.memory().open.get(this.key)??e;this.el.open!==t&&(this.el.open=t)}}let K=/^\s*```(?:json)?\s*/,G=e=>"text"===e.t||"word"===e.t,V=e=>"object"===e.t&&e.entries.every(([,e])=>G(e)||"array"===e.t&&e.items.length<=8&&e.items.every(G));function X(e){return"array"===e.t?e.items.map(X).join(", "):"object"===e.t?e.entries.map(([e,t])=>`${e}: ${X(t)}`).join(", "):e.text}class Y{el=$("div","nba-json");drawn="";draw(e,t=!1){let n,a,r,i,s;if(e===this.drawn)return;this.drawn=e;let o=(n=e.replace(K,"").replace(/\s*```\s*$/,""),a=0,r=()=>{for(;a<n.length&&/[\s,]/.test(n[a]);)a++},i=()=>{let e=a;return a='"'===n[a]?q(n,a):a+(/^[^:,{}[\]\s]*/.exec(n.slice(a,a+200))[0].length||1),'"'===n[e]?W(n.slice(e,a)):n.slice(e,a)},(s=e=>{r();let t=n[a];if(void 0===t||e>60)return null;if("{"===t||"["===t){a++;let o=[];for(;r(),!(a>=n.length);){if("}"===n[a]||"]"===n[a]){a++;break}let r="{"===t?i():"";if("{"===t)for(;a<n.length&&/[\s:]/.test(n[a]);)a++;let l="{"===t&&a>=n.length?{t:"word",text:""}:s(e+1);if(null===l)break;o.push([r,l])}return"{"===t?{t:"object",entries:o}:{t:"array",items:o.map(([,e])=>e)}}if('"'===t)return{t:"text",text:i()};let o=/^[^\s,\]}]*/.exec(n.slice(a,a+400))[0]||t;return a+=o.length,{t:"word",text:o}})(0));t&&o?.t==="object"&&1===o.entries.length&&"result"===o.entries[0][0]&&(o=o.entries[0][1]),o&&function e(t,n,a){if("text"===n.t||"word"===n.t)Z(t,n.t),_(t,n.text);else if("array"===n.t&&n.items.length>0&&n.items.every(V)){Z(t,"table");let e=n.items,a=[...new Set(e.flatMap(e=>e.entries.map(([e])=>e)))],r=e.slice(0,200).map(e=>a.map(t=>{let n;return void 0===(n=e.entries.find(([e])=>e===t)?.[1])?{text:"",number:!1}:{text:X(n),number:"word"===n.t&&/^-?\d/.test(n.text)}}));Q(t,a,r,e.length>200?`${(e.length-200).toLocaleString("en-US")} more rows`:"")}else if(a>10)Z(t,"word"),_(t,O(X(n)));else if("array"===n.t&&n.items.every(G)&&X(n).length<160)Z(t,"word"),_(t,n.items.length?X(n):"[ ]");else{let r="object"===n.t?n.entries:n.items.map((e,t)=>[String(t+1),e]);Z(t,n.t),r.slice(0,200).forEach(([n,r],i)=>{let s=t.children[i]??t.appendChild($("div","nba-field",$("span","nba-key"),$("div","nba-node")));_(s.children[0],n),s.classList.toggle("nba-deep",!G(r)&&!("array"===r.t&&r.items.every(G)&&X(r).length<160)),e(s.children[1],r,a+1)});let i=Math.min(r.length,200)+ +(r.length>200);for(r.length>200&&(t.children[200]?_(t.children[200],`${(r.length-200).toLocaleString("en-US")} more`):t.append($("div","nba-note",`${(r.length-200).toLocaleString("en-US")} more`)));t.children.length>i;)t.lastElementChild.remove()}}(this.el,o,0)}}function Z(e,t){return e.dataset.kind!==t&&(e.dataset.kind=t,e.replaceChildren(),!0)}function Q(e,t,n,a){let r=e.querySelector("table");if(!r){r=$("table","",$("thead","",$("tr")),$("tbody"));let t=$("div","nba-table",r);t.tabIndex=0,t.setAttribute("role","group"),t.setAttribute("aria-label","Table"),e.replaceChildren(t,$("div","nba-note"))}let[i,s]=[r.tHead.rows[0],r.tBodies[0]],o=(e,t,n)=>{for(t.forEach((t,a)=>{let r=e.children[a]??e.appendChild($(n));_(r,t.text),r.classList.toggle("nba-right",t.number)});e.children.length>t.length;)e.lastElementChild.remove()};for(o(i,t.map((e,t)=>({text:e,number:n.length>0&&n.every(e=>e[t]?.number||e[t]?.text==="")&&n.some(e=>e[t]?.number)})),"th"),n.forEach((e,t)=>o(s.rows[t]??s.insertRow(),e,"td"));s.rows.length>n.length;)s.deleteRow(-1);_(e.lastElementChild,a)}let ee={arriving:"",pending:"waits for you",queued:"queued",running:"running",ok:"",error:"failed",rejected:"rejected",cancelled:"cancelled"},et=new Set(["arriving","queued","running","pending"]),en=/^final_result(?:_\d+)?$/;class ea{k;host;el;fold;icon=$("span");name=$("code","nba-name");brief=$("span","nba-brief");status=$("span","nba-status");args=$("div","nba-args");value;bar=$("div","nba-bar",$("div"));images=$("div","nba-images");table=$("div","nba-result-table");given;progress;lines=$("pre","nba-progress");result=$("pre","nba-result");note=$("div","nba-note");error=$("div","nba-tool-error");trace;traceback=$("pre","nba-result");approval;asked;item;drawn={};constructor(e,t,n,a){for(let[r,i]of(this.k=e,this.host=a,this.fold=new B(`${t}.card`,n,"nba-card"),this.progress=new B(`${t}.progress`,n,"nba-inner"),this.trace=new B(`${t}.trace`,n,"nba-inner"),this.given=new B(`${t}.given`,n,"nba-inner"),this.given.summary.append("What the model was given"),this.given.body.append(this.result),this.bar.setAttribute("role","progressbar"),this.trace.summary.append("Traceback"),this.trace.body.append(this.traceback),this.progress.body.append(this.lines),this.fold.summary.append(this.icon,this.name,this.brief,..."server_tool"===e?[$("span","nba-flag","ran at the provider")]:[],this.status),[[this.args,"args"],[this.result,"result"],[this.lines,"lines"],[this.traceback,"traceback"]]))r.dataset.scroll=`${t}.${i}`;this.fold.body.append(this.args,this.bar,this.progress.el,this.error,this.trace.el,this.images,this.table,this.given.el,this.note),this.el=this.fold.el}draw(e){if(this.item=e,S(this.el,!e.folded),this.drawn.status!==e.status||!this.drawn.id){let t=z(e.status);this.icon.replaceWith(t),this.icon=t,this.el.dataset.status=e.status}let t=this.answers(e);_(this.name,t??(e.name||"…")),this.time(e),this.drawn.arguments!==e.arguments&&this.drawArguments(e.arguments),this.drawProgress(e),this.drawResult(e),this.drawApproval(e),this.fold.draw("tool"===this.k||et.has(e.status)||"error"===e.status),this.drawn={...e}}answers(e){return"tool"===this.k&&en.test(e.name)?this.host.output():null}time(e){let t=[ee[e.status],e.edited?"edited":"",e.repaired?"JSON mended":""].filter(Boolean),n="running"===e.status?this.host.elapsed():null;null!==n&&n>=1?t.push(`${Math.floor(n)} s`):"running"!==e.status&&void 0!==e.duration&&t.push(L(e.duration)),_(this.status,t.join(" \xb7 "))}drawArguments(e){if(this.item&&null!==this.answers(this.item)){_(this.brief,""),this.value||this.args.replaceWith((this.value=new Y).el),this.value.draw(e,!0);return}let t=function(e){let t=[],n=0,a=()=>{for(;n<e.length&&N.test(e[n]);)n++};if(a(),"{"!==e[n])return null;for(n++;a(),!(n>=e.length)&&"}"!==e[n];){if('"'!==e[n])return null;let r=q(e,n),i=W(e.slice(n,r));if(n=r,a(),n>=e.length){t.push([i,""]);break}if(":"!==e[n])return null;n++,a();let s=n;for(let t=0;n<e.length;n++){let a=e[n];if('"'===a)n=q(e,n)-1;else if("{"===a||"["===a)t++;else if("}"===a||"]"===a){if(0===t)break;t--}else if(","===a&&0===t)break}t.push([i,e.slice(s,n).trimEnd()]),","===e[n]&&n++}return a(),n<e.length-1&&e.slice(n+1).trim()?null:t}(e);if(_(this.brief,t?t.map(([e,t])=>`${e}=${t.length>60?t.slice(0,60)+"…":t}`).join(", "):e.slice(0,120)),null===t){let t=this.args.firstElementChild?.tagName==="PRE"?this.args.firstElementChild:$("pre","nba-block");_(t,e),t.parentElement!==this.args&&this.args.replaceChildren(t),S(this.args,""!==e.trim());return}for(t.forEach(([e,t],n)=>{let a=this.args.children[n];if(!a||"DIV"!==a.tagName){let e=$("div","nba-arg",$("span","nba-key"),$("span","nba-value"));a?a.replaceWith(e):this.args.append(e),a=e}let r=t.startsWith('"')&&t.includes("\\n");a.classList.toggle("nba-long",r),_(a.children[0],e),_(a.children[1],r?W(t):t.startsWith('"')||t.length<48?t:O(t))});this.args.children.length>t.length;)this.args.lastElementChild.remove();S(this.args,t.length>0)}drawProgress(e){let{fraction:t}=e;if(S(this.bar,void 0!==t&&et.has(e.status)),void 0!==t){let n=Math.round(100*t);this.bar.firstElementChild.style.width=`${n}%`,this.bar.setAttribute("aria-valuenow",String(n)),this.bar.setAttribute("aria-label",`${e.name}: ${n} %`)}let n=e.progress??[];if(S(this.progress.el,n.length>0),n.length){if(this.drawn.progress!==e.progress){let e=this.lines.scrollTop+this.lines.clientHeight>=this.lines.scrollHeight-4;_(this.progress.summary,`Progress \xb7 ${n.length} ${1===n.length?"line":"lines"}`),_(this.lines,n.join("\n")),e&&(this.lines.scrollTop=this.lines.scrollHeight)}this.progress.draw(et.has(e.status))}}drawResult(e){let t,n,a="error"===e.status&&void 0!==e.error;S(this.error,a),S(this.trace.el,a&&!!e.error?.traceback),a&&this.drawn.error!==e.error&&(this.error.replaceChildren($("strong","",e.error.type),`: ${e.error.message}`),_(this.traceback,e.error.traceback??""),this.trace.draw(!1));let r=!a&&void 0!==e.result,i=r&&(void 0!==e.table||!!e.images?.length);r&&this.drawn.images!==e.images&&this.images.replaceChildren(...(t=e.images??[],n=e.name,t.flatMap(e=>U(e.media_type,e.data,`A picture that ${n} made`)??[]))),i&&e.table&&this.drawn.table!==e.table&&function(e,t){let[n=t.rows.length,a=t.columns.length]=t.shape,r=`${n.toLocaleString("en-US")} ${1===n?"row":"rows"} \xd7 ${a.toLocaleString("en-US")} ${1===a?"column":"columns"}`,i=(t.rows.length<n?`, the first ${t.rows.length} shown`:"")+(t.columns.length<a?`, ${t.columns.length} of the columns`:""),s=e=>null===e?"":String(e);Q(e,t.columns.map(s),t.rows.map(e=>e.map(e=>({text:s(e),number:"number"==typeof e}))),r+i)}(this.table,e.table),S(this.images,i&&this.images.children.length>0),S(this.table,i&&void 0!==e.table),r&&this.drawn.result!==e.result&&_(this.result,function(e){let t=e.trimStart()[0];if("{"!==t&&"["!==t||e.length<72)return e;try{JSON.parse(e)}catch{return e}return O(e)}(e.result)),this.drawGiven(r&&""!==e.result,i);let s=[];!r||""!==e.result||i||e.files?.length||s.push("no output"),e.files?.length&&s.push(e.files.join(" \xb7 ")),e.cut&&s.push("tool"===this.k?"cut: the whole result is in the trace":"cut"),_(this.note,s.join(" \xb7 ")),S(this.note,s.length>0)}drawGiven(e,t){let n=t?this.given.body:this.fold.body;this.result.parentElement!==n&&(t?n.append(this.result):this.given.el.before(this.result)),S(this.result,e),S(this.given.el,e&&t),this.given.draw(!1)}drawApproval(e){let t="pending"===e.status&&this.host.decidable()?e.approval:void 0;t===this.asked||t?.digest===this.asked?.digest&&!this.approval?.sent||(this.approval?.el.remove(),this.approval=void 0,this.asked=t,t&&(this.approval=new J(()=>this.item.arguments,e=>this.host.decide(this.item,e)),this.args.after(this.approval.el)))}}let er={running:"",completed:"ok",paused:"pending",cancelled:"cancelled",failed:"error"},ei={cache_read_tokens:"read from the cache",cache_write_tokens:"written to the cache",reasoning_tokens:"of the output are reasoning"};class es{run;host;el=$("footer","nba-footer");icon=$("span");status=$("span","nba-fact");facts=$("span","nba-facts",this.status);stop;outcome="";constructor(e,t){this.run=e,this.host=t;let n=!1,a=()=>{n||(n=!0,this.stop.disabled=!0,t?.send({t:"stop"}))};this.stop=E("Stop","nba-stop",a),this.stop.addEventListener("pointerdown",e=>{0===e.button&&a()}),this.status.setAttribute("role","status"),this.status.setAttribute("aria-live","polite"),this.el.append(this.icon,$("span","nba-line",this.facts),this.stop)}draw(){let{state:e}=this.run,t="running"===e.outcome,n=t&&void 0!==this.host;if(this.outcome!==e.outcome){let a=z(t&&!n?"cancelled":er[e.outcome]);this.icon.replaceWith(a),this.icon=a,this.outcome=e.outcome}_(this.status,t&&!n?"not finished":function(e){if("paused"===e.outcome)return"paused: resume with %agent --resume";if("cancelled"===e.outcome)return"stopped";if("failed"===e.outcome)return"failed";if("completed"===e.outcome)return"";if(e.waiting){let{fraction:t}=e.waiting,n=e.waiting.what.charAt(0).toUpperCase()+e.waiting.what.slice(1);return void 0===t?n:`${n} ${Math.round(100*t)} %`}let t=e.items.filter(e=>"tool"===e.k);if(t.some(e=>"pending"===e.status))return"Waiting for your decision";let n=t.filter(e=>"running"===e.status).map(e=>e.name);if(n.length)return`Running ${n.slice(0,3).join(", ")}${n.length>3?` and ${n.length-3} more`:""}`;let a=e.items.find(e=>"server_tool"===e.k&&"running"===e.status);if(a?.k==="server_tool")return`${a.name} runs at the provider`;let r=e.items.findLast(e=>"notice"!==e.k);return r?.k==="reasoning"&&void 0===r.duration?"Thinking":r?.k==="text"||r?.k==="output"?"Answering":r?.k==="tool"&&"arriving"===r.status?null!==e.output&&r.name.startsWith("final_result")?"Answering":`Calling ${r.name}`:"Waiting for the model"}(e)),S(this.status,""!==this.status.textContent),this.drawFacts(e,n),S(this.stop,n)}drawFacts(e,t){let n=[];if(e.replayed&&n.push(["replayed",`Nothing was asked: the answer is from the recording ${e.replayed}; tokens, cost and times are those of then.`]),!t&&e.model&&n.push([e.model,e.agent?`agent ${e.agent}`:""]),e.usage){var a;let{input_tokens:t=0,output_tokens:r=0,...i}=e.usage,s=Object.entries(i).flatMap(([e,t])=>t&&ei[e]?[`${t.toLocaleString("en-US")} ${ei[e]}`]:[]),o=`${e.steps} model ${1===e.steps?"call":"calls"}`;n.push([`${t.toLocaleString("en-US")} in, ${r.toLocaleString("en-US")} out`,[`tokens, ${o}`,...s].join("\n")]),n.push([(a=e.cost,"local"===e.cost_source?"free (local)":null===a?"cost unknown":0===a?"$0":`$${a<.01?a.toPrecision(2):a.toFixed(a<1?3:2)}`),"cost"])}for(t?n.push([eo((performance.now()-this.run.begun)/1e3),"time so far"]):e.duration&&n.push([L(e.duration),"time"]),e.waited>=.05&&n.push([`${L(e.waited)} waiting for you`,"of the time, while a call waited for a decision"]),t||null===e.ttft||n.push([`first token ${L(e.ttft)}`,"time from the prompt to the first token"]),n.forEach(([e,t],n)=>{let a=this.facts.children[n+1]??this.facts.appendChild($("span","nba-fact"));_(a,e),t?a.setAttribute("title",t):a.removeAttribute("title")});this.facts.children.length>n.length+1;)this.facts.lastElementChild.remove()}}let eo=e=>e<60?`${Math.floor(e)} s`:`${Math.floor(e/60)} min ${Math.floor(e%60)} s`,el=Symbol.for("nbagent.memory"),ed=()=>({open:new Map,scroll:new Map});function ec(e,t){if(!e)return t??ed();let n=globalThis,a=n[el]??=new Map,r=a.get(e);return r||a.set(e,r=t??ed()),r}var eh=n("webpack/sharing/consume/default/dompurify/dompurify"),eu=n("webpack/sharing/consume/default/marked/marked"),em=n("./node_modules/highlight.js/es/core.js"),eb=n("./node_modules/highlight.js/es/languages/bash.js"),ep=n("./node_modules/highlight.js/es/languages/cpp.js"),ef=n("./node_modules/highlight.js/es/languages/diff.js"),eg=n("./node_modules/highlight.js/es/languages/go.js"),ev=n("./node_modules/highlight.js/es/languages/java.js"),ew=n("./node_modules/highlight.js/es/languages/json.js"),ey=n("./node_modules/highlight.js/es/languages/julia.js"),ex=n("./node_modules/highlight.js/es/languages/python.js"),ek=n("./node_modules/highlight.js/es/languages/r.js"),ej=n("./node_modules/highlight.js/es/languages/rust.js"),eA=n("./node_modules/highlight.js/es/languages/shell.js"),e$=n("./node_modules/highlight.js/es/languages/sql.js"),e_=n("./node_modules/highlight.js/es/languages/typescript.js"),eS=n("./node_modules/highlight.js/es/languages/xml.js"),eE=n("./node_modules/highlight.js/es/languages/yaml.js");let eC=em.A.newInstance();for(let[e,t]of(eC.configure({classPrefix:"nba-"}),Object.entries({bash:eb.A,cpp:ep.A,diff:ef.A,go:eg.A,java:ev.A,json:ew.A,julia:ey.A,python:ex.A,r:ek.A,rust:ej.A,shell:eA.A,sql:e$.A,typescript:e_.A,xml:eS.A,yaml:eE.A})))eC.registerLanguage(e,t);eC.registerAliases(["javascript","js","jsx","mjs","cjs"],{languageName:"typescript"});let eM=new Map,eT=e=>e.replace(/[&<>"']/g,e=>`&#${e.charCodeAt(0)};`),ez=new eu.Marked({gfm:!0,async:!1});ez.use({renderer:{html:({text:e})=>eT(e),image:({href:e,text:t})=>`<span class="nba-image">[image: ${eT(t||e)}]</span>`}});let eL=/^(?:https?:\/\/|mailto:)/i,eN=(0,eh.default)(window);eN.addHook("afterSanitizeAttributes",e=>{"A"===e.tagName&&(eL.test(e.getAttribute("href")??"")?(e.setAttribute("target","_blank"),e.setAttribute("rel","noopener noreferrer nofollow")):e.removeAttribute("href"))});let eq={ALLOWED_TAGS:["p","br","hr","h1","h2","h3","h4","h5","h6","em","strong","del","code","pre","blockquote","ul","ol","li","table","thead","tbody","tr","th","td","a","span","input"],ALLOWED_ATTR:["href","start","align","class","type","checked","disabled"],ALLOWED_URI_REGEXP:eL,ADD_URI_SAFE_ATTR:["align","start","type","checked","disabled"],ALLOW_DATA_ATTR:!1,RETURN_DOM_FRAGMENT:!0};function eO(e,t){let n,a=(n=ez.parse(e),eN.sanitize(n,eq));for(let e of a.querySelectorAll("input"))"checkbox"===e.type?e.disabled=!0:e.remove();let r=a.lastElementChild;for(let e of a.querySelectorAll("pre"))!function(e,t){let n=e.querySelector("code");if(!n)return;let a=/(?:^|\s)language-(\S+)/.exec(n.className)?.[1]??"";n.removeAttribute("class");let r=t&&a?function(e,t){if(!eC.getLanguage(t)||e.length>5e4)return null;let n=`${t}\0${e}`,a=eM.get(n);return void 0===a&&(a=eC.highlight(e,{language:t,ignoreIllegals:!0}).value,eM.size>8&&eM.delete(eM.keys().next().value),eM.set(n,a)),a}(n.textContent??"",a.toLowerCase()):null;null!==r&&n.replaceChildren(eN.sanitize(r,eq));let i=document.createElement("div");i.className="nba-code",e.replaceWith(i),i.append(e);let s=document.createElement("button");s.type="button",s.className="nba-copy",s.textContent="Copy",i.append(s)}(e,!(t&&r?.contains(e)));for(let e of a.querySelectorAll("table")){let t=document.createElement("div");t.className="nba-table",e.replaceWith(t),t.append(e)}for(let e of[...a.childNodes])if(e.nodeType===Node.TEXT_NODE)if(e.textContent?.trim()){let t=document.createElement("p");e.replaceWith(t),t.append(e)}else e.remove();return[...a.children]}function eW(e,t,n){for(n.forEach((n,a)=>{let r=e.children[t+a];r?r.isEqualNode(n)||r.replaceWith(n):e.append(n)});e.children.length>t+n.length;)e.lastElementChild.remove()}class eR{root;text="";frozen=0;kept=0;done=!1;constructor(e){this.root=e}draw(e,t){if(e===this.text&&t===this.done)return;if(e.startsWith(this.text)||(this.frozen=this.kept=0),this.text=e,this.done=t,t){this.frozen=this.kept=0,eW(this.root,0,eO(e,!1));return}let n=this.ready(),a=n?eO(n,!1):[];this.frozen+=n.length,eW(this.root,this.kept,[...a,...eO(e.slice(this.frozen),!0)]),this.kept+=a.length}ready(){let e=this.text.slice(this.frozen,this.text.lastIndexOf("\n")+1);if(!e)return"";let t=ez.lexer(e),n=t.length;for(let e=0;n>0&&e<2;)"space"!==t[--n].type&&e++;let a=t.slice(0,n).map(e=>e.raw).join("");return e.startsWith(a)?a:""}}let eJ=/\]\([^)]*\)|https?:\/\/\S+|`[^`]*`/g,eH=e=>e.url??`${e.title??""}
${e.text??""}`;function eI(e,t,...n){return $("div","nba-output",$("div","nba-output-head",$("code","",e||"output"),...n),t.el)}class eF{run;host;later;el=$("section","nba");items=$("div","nba-items");error=$("div","nba-error");footer;pieces=[];dirty=new Set;frame=0;pause;cost=0;ticker;memory;constructor(e,t,n){this.run=e,this.host=t,this.later=n,this.memory=ec(e.state.run_id),this.footer=new es(e,t),this.el.setAttribute("aria-label","Agent run"),this.el.append(this.items,this.error,this.footer.el),this.el.addEventListener("click",e=>this.copy(e)),this.el.addEventListener("scroll",e=>this.scrolled(e),!0),this.redraw()}changed(e){for(let t of e)"run"===t[0]?"outcome"in t[1]&&this.run.state.items.forEach((e,t)=>this.dirty.add(t)):(this.dirty.add(t[1]),"add"===t[0]&&t[1]>0&&this.dirty.add(t[1]-1));this.schedule()}schedule(){if(this.frame||this.pause)return;let e=this.cost>8?3*this.cost:0,t=()=>{this.pause=void 0,this.frame=requestAnimationFrame(()=>this.flush())};e?this.pause=setTimeout(t,e):t()}redraw(){let{items:e}=this.run.state;(this.pieces.length>e.length||this.pieces.some((t,n)=>t.k!==e[n].k))&&(this.pieces=[],this.items.replaceChildren()),e.forEach((e,t)=>this.dirty.add(t)),this.flush(),this.memory.scroll.size&&requestAnimationFrame(()=>this.restoreScroll())}flush(){this.unschedule();let e=performance.now(),{state:t}=this.run;for(let e of(this.memory=ec(t.run_id,this.memory),this.el.dataset.outcome=t.outcome,[...this.dirty].sort((e,t)=>e-t))){let n=t.items[e];n&&(this.pieces[e]??=this.add(e,n)).draw(n,"running"!==t.outcome||t.items.slice(e+1).some(e=>"notice"!==e.k))}this.dirty.clear(),this.drawError(),this.footer.draw(),this.tick(),this.cost=performance.now()-e}unschedule(){cancelAnimationFrame(this.frame),clearTimeout(this.pause),this.frame=0,this.pause=void 0}dispose(){this.unschedule(),this.ticker&&clearInterval(this.ticker),this.ticker=void 0}add(e,t){let n=String(e);if("tool"===t.k||"server_tool"===t.k){let a=new ea(t.k,n,()=>this.memory,{output:()=>this.run.state.output,elapsed:()=>{let t=this.run.calls.get(e);return void 0===t?null:(performance.now()-t)/1e3},decidable:()=>void 0!==this.host&&"running"===this.run.state.outcome||void 0!==this.later&&"paused"===this.run.state.outcome,decide:(e,t)=>this.decide(e,t)});return this.calls(t.batch).append(a.el),a}let a=this.piece(t.k,n);return this.items.append(a.el),a}piece(e,t){var n;switch(e){case"text":let a,r,i,s,o,l,d;return n=()=>this.run.state.output,i=$("div","nba-text"),s=$("div","nba-note","The answer stops here."),o=$("div"),l=$("div","nba-answer",i,o,s),d=new eR(i),{k:"text",el:l,draw(e,t){S(l,!e.folded),S(s,!!e.partial);let c=n(),h=null!==c&&/^\s*(?:```(?:json)?\s*)?[{[]/.test(e.text);if(h&&!a&&l.prepend(eI(c,a=new Y)),a&&S(a.el.parentElement,h),S(i,!h),h)a.draw(e.text,!0);else if(t&&e.citations?.length){if(e.citations!==r){let t=function(e){let t=new Map;for(let n of e.slice(0,500)){let e=n.url??`${n.title??""}
${n.text??""}`;t.has(e)||t.set(e,{...n,number:t.size+1})}return t}(e.citations);d.draw(function(e,t,n){let a=Array.from(e);if(a.some(e=>e.charCodeAt(0)>=57344&&57844>e.charCodeAt(0)))return e;let r=new Map;for(let e of t){let t=n.get(eH(e));if(t&&void 0!==e.end&&e.end>0&&e.end<=a.length){let n=a.slice(0,e.end).join("").length;r.set(n,(r.get(n)??new Set).add(t.number))}}let i=new Map,s=[...e.matchAll(eJ)].map(e=>[e.index,e.index+e[0].length]);for(let[e,t]of r){let n=s.find(([t,n])=>t<e&&e<n),a=n?n[1]:e;i.set(a,new Set([...i.get(a)??[],...t]))}let o=e;for(let[e,t]of[...i].sort((e,t)=>t[0]-e[0])){let n=[...t].sort((e,t)=>e-t).map(e=>String.fromCharCode(57344+e)).join("");o=o.slice(0,e)+n+o.slice(e)}return o}(e.text,e.citations,t),!0),function(e,t){let n=new Map([...t.values()].map(e=>[e.number,e])),a=document.createTreeWalker(e,NodeFilter.SHOW_TEXT),r=[],i=RegExp(`[${String.fromCharCode(57344)}-${String.fromCharCode(57844)}]`);for(;a.nextNode();)i.test(a.currentNode.data)&&r.push(a.currentNode);for(let e of r){let t=[];for(let a of e.data.split(RegExp(`(${i.source})`))){let e=i.test(a)?n.get(a.charCodeAt(0)-57344):void 0;if(e){let n=P(e.url),a=e.title||n?.host||e.text||"",r=n?D(n,String(e.number)):$("span","",String(e.number));r.title=a,t.push($("sup","nba-cite",r))}else t.push(a)}e.replaceWith(...t)}}(i,t),o.replaceChildren(function(e){let t=$("ol","nba-sources");for(let n of(t.setAttribute("aria-label","Sources"),e.values())){let e=P(n.url),a=n.title||e?.host||n.text||"A source without a name",r=$("li","",e?D(e,a):$("span","",a));e&&n.title&&r.append($("span","nba-host",e.host)),n.text&&n.text!==a&&r.append($("q","",n.text)),t.append(r)}return t}(t)),r=e.citations}}else d.draw(e.text,t)}};case"reasoning":let c,h,u;return c=new B(`${t}.reasoning`,()=>this.memory,"nba-reasoning"),h=$("span"),c.summary.append(h),c.body.classList.add("nba-text"),c.body.dataset.scroll=`${t}.reasoning`,u=new eR(c.body),{k:"reasoning",el:c.el,draw(e,t){let n=t||void 0!==e.duration,a=!n&&c.body.scrollTop+c.body.clientHeight>=c.body.scrollHeight-4;u.draw(e.text||(e.redacted?"*The provider does not show these thoughts.*":""),n),_(h,n?void 0===e.duration?"Thought":`Thought for ${L(e.duration)}`:"Thinking"),c.el.dataset.live=String(!n),c.el.classList.toggle("nba-bare",n&&!e.text&&!e.redacted),c.draw(!n&&""!==e.text),a&&(c.body.scrollTop=c.body.scrollHeight)}};case"file":let m,b;return m=$("div"),b="",{k:"file",el:m,draw(e){let t=[e.media_type,e.name,e.url,e.size,e.data?.length].join("\n");t!==b&&(b=t,m.replaceChildren(function(e){let t=e.name||e.media_type,n=$("figure","nba-file");if(void 0!==e.data&&F.test(e.data)){let a=U(e.media_type,e.data,t);if(a)n.append(a);else if(I.test(e.media_type)){let t=$("audio");t.controls=!0,t.src=`data:${e.media_type};base64,${e.data}`,n.append(t)}let r=$("a","",a?"Save":`Save ${t}`);return r.download=e.name||`file.${(e.media_type.split("/")[1]??"bin").replace(/[^\w]/g,"")||"bin"}`,r.href=`data:application/octet-stream;base64,${e.data}`,n.append($("figcaption","nba-note",...a&&e.name?[e.name," \xb7 "]:[],r)),n}let a=P(e.url);if(a){let r=$("figcaption","nba-note",`${t} at `,D(a,a.host));if(H.has(e.media_type)||"image/*"===e.media_type){let e=E("Load","nba-load",()=>{let r=$("img","nba-picture");r.referrerPolicy="no-referrer",r.alt=t,r.src=a.href,e.remove(),n.prepend(r)});e.setAttribute("aria-label",`Load the picture from ${a.host}`),r.prepend(e," ")}n.append(r)}else{let a;n.append($("figcaption","nba-note",void 0===e.size?`${t}: there is nothing to show of it`:`${t}, ${(a=e.size)>=1e6?`${(a/1e6).toFixed(1)} MB`:a>=1e3?`${Math.round(a/1e3)} KB`:`${a} bytes`}: too large to be kept in the notebook; it is in the result's messages`))}return n}(e)))}};case"output":let p,f,g,v,w;return p=new Y,(f=$("span","nba-flag","JSON mended")).title="The model wrote broken JSON; this is what could be made of it. Its own text is in the trace.",g="",{k:"output",el:w=eI("",p,f,v=E("Copy JSON","nba-copy-json",()=>{navigator.clipboard?.writeText(g).then(()=>{_(v,"Copied"),setTimeout(()=>_(v,"Copy JSON"),1200)})})),draw(e){g=e.json,_(w.querySelector("code"),e.type||"output"),S(f,!!e.repaired),p.draw(e.json)}};case"notice":let y,x,k;return y=$("span"),x=$("div","nba-notice",y),k="",{k:"notice",el:x,draw(e){e.level!==k&&(k&&x.firstElementChild.remove(),x.prepend(z(e.level)),x.dataset.level=k=e.level),_(y,e.text)}}}}calls(e){let t=this.items.lastElementChild;if(t instanceof HTMLElement&&t.classList.contains("nba-calls")&&t.dataset.batch===e)return t;let n=$("div","nba-calls");return n.dataset.batch=e,this.items.append(n),n}decide(e,t){let n=this.host??this.later;n?.send({t:"decide",run_id:this.run.state.run_id,call_id:e.id,digest:e.approval?.digest??"",decision:t})}drawError(){let{error:e}=this.run.state;S(this.error,null!==e),e&&this.error.replaceChildren($("strong","",e.type),...e.lines.slice(0,4).map(e=>$("div","",e)))}tick(){let e="running"===this.run.state.outcome&&void 0!==this.host;e&&!this.ticker?this.ticker=setInterval(()=>{for(let e of(this.footer.draw(),this.run.calls.keys())){let t=this.run.state.items[e];t&&this.pieces[e]?.time?.(t)}},1e3):!e&&this.ticker&&(clearInterval(this.ticker),this.ticker=void 0)}copy(e){let t=e.target instanceof Element?e.target.closest(".nba-copy"):null,n=t?.parentElement?.querySelector("pre")?.textContent;t&&null!=n&&navigator.clipboard?.writeText(n).then(()=>{t.textContent="Copied",setTimeout(()=>t.textContent="Copy",1200)})}scrolled(e){let t=e.target instanceof HTMLElement?e.target.dataset.scroll:void 0;t&&this.memory.scroll.set(t,e.target.scrollTop)}restoreScroll(){for(let e of this.el.querySelectorAll("[data-scroll]")){let t=this.memory.scroll.get(e.dataset.scroll);t&&(e.scrollTop=t)}}}n("./style/run.css");let eP="application/vnd.nbagent.run+json";class eD extends a.Widget{view;shown="";constructor(){super(),this.addClass("nba-saved")}renderModel(e){let t=e.data[eP],n=JSON.stringify(t);if(n===this.shown)return Promise.resolve();this.shown=n,this.view?.dispose();let a=j(t);if(a){let e=e=>this.node.dispatchEvent(new CustomEvent(r.V1,{bubbles:!0,detail:e}));this.view=new eF(new A(a),void 0,(0,r.HK)()?{send:e}:void 0),this.node.replaceChildren(this.view.el)}else this.node.textContent="This run was saved by another version of nbagent, which can show it.";return Promise.resolve()}dispose(){this.view?.dispose(),super.dispose()}}let eU={id:"nbagent-labextension:mime",rendererFactory:{safe:!0,mimeTypes:[eP],createRenderer:()=>new eD},rank:0,dataType:"json"}},"./node_modules/css-loader/dist/cjs.js!./style/run.css"(e,t,n){var a=n("./node_modules/css-loader/dist/runtime/noSourceMaps.js"),r=n.n(a),i=n("./node_modules/css-loader/dist/runtime/api.js"),s=(n.n(i))()(r());s.push([e.id,`/*
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

/* code needs the width, a search all of its line, a value as much as it has later */
.nba-card:only-child:has(.nba-long),
.nba-card:has(> .nba-summary > .nba-flag),
.nba-card:has(> .nba-fold-body > .nba-json) {
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

.nba-flag {
  border: 1px solid var(--c-line);
  border-radius: 1em;
  color: var(--c-mute);
  flex: none;
  font-family: var(--f-text);
  font-size: 0.8em;
  line-height: 1.5;
  padding: 0 0.6em;
  white-space: nowrap;
}

.nba-calls:not(:has(> :not([hidden]))) {
  display: none;
}

.nba-card > .nba-fold-body > .nba-bar {
  border: 0;
  padding: 0;
}

.nba-bar {
  background: var(--c-soft);
  height: 4px;
}

.nba-bar > div {
  background: var(--c-brand);
  height: 100%;
  transition: width 0.2s;
}

/* -- pictures, tables and values ------------------------------------------------------------------------------------ */

.nba-card:only-child:has(:is(.nba-picture, .nba-result-table:not([hidden]))) {
  grid-column: 1 / -1;
}

.nba-images {
  display: flex;
  flex-wrap: wrap;
  gap: 0.6em;
}

.nba .nba-picture {
  background: #fff;
  border-radius: 4px;
  display: block;
  height: auto;
  max-height: 34em;
  max-width: 100%;
  object-fit: contain;
}

.nba-file {
  margin: 0;
}

.nba-file > audio {
  display: block;
  max-width: 100%;
}

.nba-file > figcaption {
  margin-top: 0.3em;
}

.nba :is(.nba-file, .nba-sources, .nba-cite) a {
  color: var(--jp-content-link-color, var(--vscode-textLink-foreground, var(--c-brand)));
  text-decoration: none;
}

.nba :is(.nba-file, .nba-sources) a:hover {
  text-decoration: underline;
}

.nba :is(.nba-json, .nba-result-table) .nba-table {
  max-height: 24em;
  overflow: auto;
}

.nba :is(.nba-json, .nba-result-table) :is(th, td) {
  padding: 0.25em 1.4em 0.25em 0;
}

.nba :is(.nba-json, .nba-result-table) :is(th, td):last-child {
  padding-right: 0.2em;
}

.nba :is(.nba-json, .nba-result-table) tbody tr:last-child td {
  border-bottom: 0;
}

.nba :is(.nba-json, .nba-result-table) th {
  background: var(--jp-layout-color0, var(--vscode-editor-background, canvas));
  position: sticky;
  top: 0;
}

.nba .nba-table :is(th, td).nba-right {
  text-align: right;
}

.nba-result-table > .nba-note {
  margin-top: 0.35em;
}

.nba-result-table > .nba-note:empty,
.nba-json .nba-note:empty {
  display: none;
}

.nba-output {
  border: 1px solid var(--c-line);
  border-radius: 8px;
  overflow: hidden;
}

.nba-output-head {
  align-items: center;
  background: var(--c-soft);
  display: flex;
  gap: 0.6em;
  min-height: 2.2em;
  padding: 0.3em 0.7em;
}

.nba-output-head > code {
  font-weight: 600;
  min-width: 0;
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}

.nba .nba-button:is(.nba-copy-json, .nba-load) {
  font-size: 0.8em;
  margin-left: auto;
  padding-block: 0;
  white-space: nowrap;
}

.nba-output > .nba-json {
  max-height: 40em;
  overflow: auto;
  padding: 0.5em 0.75em;
}

.nba-card > .nba-fold-body > .nba-json {
  max-height: 24em;
  overflow: auto;
}

.nba-json {
  font-size: 0.95em;
  min-height: 2.4em;
}

.nba-field {
  column-gap: 1em;
  display: grid;
  grid-template-columns: minmax(5em, max-content) minmax(0, 1fr);
  padding: 0.1em 0;
}

.nba-field > .nba-key {
  font-size: 0.92em;
  max-width: 18em;
  overflow-wrap: anywhere;
}

.nba-field > .nba-node {
  min-width: 0;
  overflow-wrap: anywhere;
  white-space: pre-wrap;
}

.nba-deep {
  grid-template-columns: minmax(0, 1fr);
}

.nba-deep > .nba-node {
  border-left: 2px solid var(--c-line);
  margin: 0.1em 0 0.25em 0.2em;
  padding-left: 0.8em;
  white-space: normal;
}

.nba-node[data-kind='word'] {
  font-variant-numeric: tabular-nums;
}

/* -- sources ---------------------------------------------------------------------------------------------------------- */

.nba-cite {
  font-size: 0.72em;
  line-height: 0;
  margin-left: 0.15em;
}

.nba-cite > :is(a, span) {
  background: var(--c-soft);
  border-radius: 3px;
  padding: 0.1em 0.4em;
}

.nba .nba-sources {
  border-top: 1px solid var(--c-line);
  font-size: 0.88em;
  margin: 0.7em 0 0;
  padding: 0.5em 0 0 1.7em;
}

.nba-sources > li {
  margin: 0.1em 0;
}

.nba-sources > li::marker {
  color: var(--c-mute);
}

.nba-host {
  color: var(--c-mute);
  margin-left: 0.6em;
}

.nba-sources q {
  color: var(--c-mute);
  display: block;
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}

@container (max-width: 30em) {
  .nba-field {
    grid-template-columns: minmax(0, 1fr);
  }

  .nba-card > .nba-summary > .nba-brief {
    display: none;
  }
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
`,""]),n.d(t,{},{A:s})},"./style/run.css"(e,t,n){n.r(t);var a=n("./node_modules/style-loader/dist/runtime/injectStylesIntoStyleTag.js"),r=n.n(a),i=n("./node_modules/style-loader/dist/runtime/styleDomAPI.js"),s=n.n(i),o=n("./node_modules/style-loader/dist/runtime/insertBySelector.js"),l=n.n(o),d=n("./node_modules/style-loader/dist/runtime/setAttributesWithoutAttributes.js"),c=n.n(d),h=n("./node_modules/style-loader/dist/runtime/insertStyleElement.js"),u=n.n(h),m=n("./node_modules/style-loader/dist/runtime/styleTagTransform.js"),b=n.n(m),p=n("./node_modules/css-loader/dist/cjs.js!./style/run.css"),f={};f.styleTagTransform=b(),f.setAttributes=c(),f.insert=l().bind(null,"head"),f.domAPI=s(),f.insertStyleElement=u(),r()(p.A,f);let g=p.A&&p.A.locals?p.A.locals:void 0;n.d(t,{},{default:g})}}]);