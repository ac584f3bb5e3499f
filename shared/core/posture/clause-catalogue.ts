/*
 * Clauses that controls can give evidence toward: data only. Ids are facts, each read in the source that its framework
 * names; titles are in our words, but names of OWASP and ATLAS entries are theirs (CC BY-SA 4.0, Apache 2.0). What is not
 * in this table may not stand in the control catalogue: the compiler says so.
 */

/** Criterion level only: points of focus have no numbers. */
const soc2 = [
  { id: 'CC1.3', title: 'Reporting lines, authority and responsibility are set' },
  { id: 'CC1.5', title: 'People answer for their control duties' },
  { id: 'CC2.1', title: 'Controls run on relevant, accurate, current information' },
  { id: 'CC2.2', title: 'Control duties and information communicated internally' },
  { id: 'CC2.3', title: 'Control matters communicated to outside parties' },
  { id: 'CC3.2', title: 'Risks identified and analysed to decide treatment' },
  { id: 'CC3.3', title: 'Fraud potential considered in risk assessment' },
  { id: 'CC3.4', title: 'Significant changes identified and assessed for control impact' },
  { id: 'CC4.1', title: 'Ongoing or separate evaluations prove controls work' },
  { id: 'CC4.2', title: 'Control deficiencies reported in time to whoever fixes them' },
  { id: 'CC5.1', title: 'Control activities chosen to reduce risk (includes segregating duties)' },
  { id: 'CC5.2', title: 'General technology controls selected and built' },
  { id: 'CC5.3', title: 'Policies set expectations; procedures carry them out' },
  { id: 'CC6.1', title: 'Logical access protection over information assets (includes inventory)' },
  { id: 'CC6.2', title: 'Users registered and authorised before credentials; removed when ended' },
  { id: 'CC6.3', title: 'Access granted, changed, removed by role; least privilege, duty separation' },
  { id: 'CC6.6', title: 'Defences against threats from outside the system boundary' },
  { id: 'CC6.7', title: 'Data movement limited to authorised parties and protected in transit' },
  { id: 'CC6.8', title: 'Unauthorised or malicious software prevented or detected' },
  { id: 'CC7.1', title: 'Configuration changes and new vulnerabilities detected' },
  { id: 'CC7.2', title: 'Components monitored for anomalies; anomalies analysed' },
  { id: 'CC7.3', title: 'Security events evaluated to decide whether incidents' },
  { id: 'CC7.4', title: 'Incidents handled through a defined response programme' },
  { id: 'CC7.5', title: 'Recovery from incidents carried out' },
  { id: 'CC8.1', title: 'Changes authorised, tested, approved and implemented in control' },
  { id: 'CC9.1', title: 'Mitigation planned for business disruption risk' },
  { id: 'CC9.2', title: 'Vendor and business partner risk assessed and managed' },
  { id: 'A1.1', title: 'Capacity and usage watched (availability)' },
  { id: 'A1.2', title: 'Backup and recovery infrastructure operated (availability)' },
  { id: 'A1.3', title: 'Recovery procedures tested (availability)' },
  { id: 'C1.1', title: 'Confidential information identified and kept protected' },
  { id: 'C1.2', title: 'Confidential information disposed of' },
] as const;

const nist = [
  { id: 'GOVERN 1.2', title: 'Trustworthy-AI characteristics built into policies and procedures' },
  { id: 'GOVERN 1.3', title: 'Level of risk management fits risk tolerance' },
  { id: 'GOVERN 1.4', title: 'Risk process set through transparent policies and controls' },
  { id: 'GOVERN 1.5', title: 'Ongoing monitoring and periodic review, with roles and frequency' },
  { id: 'GOVERN 1.6', title: 'AI systems are inventoried, resourced by risk priority' },
  { id: 'GOVERN 1.7', title: 'AI systems retired safely' },
  { id: 'GOVERN 2.1', title: 'Roles, duties and communication lines documented' },
  { id: 'GOVERN 2.3', title: 'Executives own AI risk decisions' },
  { id: 'GOVERN 3.2', title: 'Human-AI roles and oversight duties defined' },
  { id: 'GOVERN 4.1', title: 'Safety-first, critical-thinking culture in policy and practice' },
  { id: 'GOVERN 4.3', title: 'Testing, incident identification and information sharing enabled' },
  { id: 'GOVERN 6.1', title: 'Third-party AI risk addressed by policy' },
  { id: 'GOVERN 6.2', title: 'Contingency for failing third-party data or AI' },
  { id: 'MAP 1.5', title: 'Risk tolerance decided and written down' },
  { id: 'MAP 2.1', title: 'Tasks and methods the AI supports defined' },
  { id: 'MAP 3.3', title: 'Intended application scope specified and documented' },
  { id: 'MAP 3.5', title: 'Human oversight processes defined, assessed, documented' },
  { id: 'MAP 4.1', title: 'Component and third-party risk mapping approach followed' },
  { id: 'MAP 4.2', title: 'Internal risk controls for components identified and documented' },
  { id: 'MEASURE 1.2', title: 'Metric fitness and control effectiveness regularly reassessed' },
  { id: 'MEASURE 1.3', title: 'Independent people join regular assessments' },
  { id: 'MEASURE 2.3', title: 'Assurance criteria measured in deployment-like conditions' },
  { id: 'MEASURE 2.4', title: 'Behaviour of system and components monitored in production' },
  { id: 'MEASURE 2.6', title: 'Safety evaluated regularly; system can fail safely' },
  { id: 'MEASURE 2.7', title: 'Security and resilience evaluated and documented' },
  { id: 'MEASURE 2.8', title: 'Transparency and accountability risk examined, documented' },
  { id: 'MEASURE 2.10', title: 'Privacy risk examined and documented' },
  { id: 'MEASURE 2.13', title: 'Effectiveness of the measurement process itself evaluated' },
  { id: 'MEASURE 3.1', title: 'Known, unexpected and emerging risks tracked over time' },
  { id: 'MANAGE 1.2', title: 'Risk treatment prioritised by impact and likelihood' },
  { id: 'MANAGE 1.3', title: 'High-priority risk responses planned, including acceptance' },
  { id: 'MANAGE 1.4', title: 'Residual risk documented' },
  { id: 'MANAGE 2.2', title: 'Mechanisms keep deployed systems delivering value' },
  { id: 'MANAGE 2.3', title: 'Response and recovery for previously unknown risks' },
  { id: 'MANAGE 2.4', title: 'Means and owners to override, disengage or deactivate' },
  { id: 'MANAGE 3.1', title: 'Third-party resources monitored with controls applied, recorded' },
  { id: 'MANAGE 3.2', title: 'Pre-trained models monitored in regular maintenance' },
  { id: 'MANAGE 4.1', title: 'Post-deployment monitoring plan: override, incidents, change management' },
  { id: 'MANAGE 4.2', title: 'Continual improvement built into system updates' },
  { id: 'MANAGE 4.3', title: 'Incidents communicated, tracked, responded to, recovered, documented' },
] as const;

const iso = [
  { id: 'A.2.2', title: 'Written AI policy exists' },
  { id: 'A.2.3', title: 'AI policy fits the other policies' },
  { id: 'A.2.4', title: 'AI policy reviewed at intervals or on need' },
  { id: 'A.3.2', title: 'AI roles and responsibilities assigned' },
  { id: 'A.3.3', title: 'Channel to report concerns' },
  { id: 'A.4.2', title: 'Resources per AI system documented' },
  { id: 'A.4.3', title: 'Data resources documented' },
  { id: 'A.4.4', title: 'Tooling resources documented' },
  { id: 'A.4.5', title: 'System and computing resources documented' },
  { id: 'A.4.6', title: 'Human resources and competence documented' },
  { id: 'A.5.2', title: 'Impact assessment process exists' },
  { id: 'A.5.3', title: 'Impact assessments documented and kept' },
  { id: 'A.5.4', title: 'Impact on individuals or groups assessed' },
  { id: 'A.5.5', title: 'Impact on society assessed' },
  { id: 'A.6.1.2', title: 'Objectives for responsible development set' },
  { id: 'A.6.1.3', title: 'Responsible design and development processes' },
  { id: 'A.6.2.2', title: 'AI system requirements specified' },
  { id: 'A.6.2.3', title: 'Design and development documented' },
  { id: 'A.6.2.4', title: 'Verification and validation done and recorded' },
  { id: 'A.6.2.5', title: 'Deployment planned; requirements met before release' },
  { id: 'A.6.2.6', title: 'Operation monitored, maintained, supported' },
  { id: 'A.6.2.7', title: 'Technical documentation kept for relevant parties' },
  { id: 'A.6.2.8', title: 'Event logs recorded while the system runs' },
  { id: 'A.7.2', title: 'Data management for development and enhancement' },
  { id: 'A.7.3', title: 'Data acquisition and selection documented' },
  { id: 'A.7.4', title: 'Data quality requirements defined' },
  { id: 'A.7.5', title: 'Data provenance recorded' },
  { id: 'A.7.6', title: 'Data preparation criteria and methods set' },
  { id: 'A.8.2', title: 'Documentation and information given to users' },
  { id: 'A.8.3', title: 'Outsiders can report adverse impacts' },
  { id: 'A.8.4', title: 'Incident communication to users planned' },
  { id: 'A.8.5', title: 'Reporting duties to interested parties documented' },
  { id: 'A.9.2', title: 'Processes for responsible use defined' },
  { id: 'A.9.3', title: 'Objectives for responsible use set' },
  { id: 'A.9.4', title: 'Use stays within the intended purpose' },
  { id: 'A.10.2', title: 'Responsibilities split among organisation, partners, suppliers, customers' },
  { id: 'A.10.3', title: 'Supplier products and services meet responsible-AI approach' },
  { id: 'A.10.4', title: 'Customer needs and expectations considered' },
] as const;

/** Each with its number of 2025; a number without its year is ambiguous. */
const llm = [
  {
    id: 'LLM01:2026',
    title: 'Prompt Injection: crafted input changes model behaviour, directly or indirectly',
    formerly: 'LLM01:2025',
  },
  {
    id: 'LLM02:2026',
    title: 'Sensitive Information Disclosure: secrets, personal or business data disclosed',
    formerly: 'LLM02:2025',
  },
  {
    id: 'LLM03:2026',
    title: 'Excessive Agency: too much functionality, permission or autonomy',
    formerly: 'LLM06:2025',
  },
  {
    id: 'LLM04:2026',
    title: 'Supply Chain: third-party models, data, packages or plug-ins compromised',
    formerly: 'LLM03:2025',
  },
  {
    id: 'LLM05:2026',
    title: 'Data and Model Poisoning: training or embedding data manipulated',
    formerly: 'LLM04:2025',
  },
  {
    id: 'LLM06:2026',
    title: 'Unbounded Consumption: uncontrolled use drains cost or service',
    formerly: 'LLM10:2025',
  },
  { id: 'LLM07:2026', title: 'Misinformation: false output believed and used', formerly: 'LLM09:2025' },
  {
    id: 'LLM08:2026',
    title: 'Hidden Context Exposure: system prompt and other hidden context leak',
    formerly: 'LLM07:2025',
  },
  {
    id: 'LLM09:2026',
    title: 'Vector and Embedding Weaknesses: weaknesses in vectors, embeddings, retrieval',
    formerly: 'LLM08:2025',
  },
  {
    id: 'LLM10:2026',
    title: 'Improper Output Handling: model output passed downstream unchecked',
    formerly: 'LLM05:2025',
  },
] as const;

const asi = [
  { id: 'ASI01', title: 'Agent Goal Hijack: attacker content redirects the agent’s goal or plan' },
  { id: 'ASI02', title: 'Tool Misuse and Exploitation: legitimate tools used in harmful or unintended ways' },
  {
    id: 'ASI03',
    title: 'Identity and Privilege Abuse: agent identity, delegated rights or credentials abused',
  },
  {
    id: 'ASI04',
    title: 'Agentic Supply Chain Vulnerabilities: bad tools, MCP servers, models or artefacts introduced',
  },
  {
    id: 'ASI05',
    title: 'Unexpected Code Execution (RCE): agent generates or runs code or commands unsafely',
  },
  { id: 'ASI06', title: 'Memory and Context Poisoning: memory, retrieval or context corrupted' },
  { id: 'ASI07', title: 'Insecure Inter-Agent Communication: messages between agents spoofed or altered' },
  { id: 'ASI08', title: 'Cascading Failures: one fault spreads across agents and systems' },
  {
    id: 'ASI09',
    title: 'Human-Agent Trust Exploitation: over-trust or approval fatigue of people exploited',
  },
  { id: 'ASI10', title: 'Rogue Agents: compromised or drifting agent acts outside its remit' },
] as const;

/** Techniques (T) that controls mitigate, mitigations (M) that they support. */
const atlas = [
  { id: 'AML.T0010', title: 'AI Supply Chain Compromise: entry through AI software, data, models or tools' },
  { id: 'AML.T0010.001', title: 'AI Software: entry through packages in AI DevOps' },
  { id: 'AML.T0010.005', title: 'AI Agent Tool: entry through an agent tool or MCP server' },
  { id: 'AML.T0011.002', title: 'Poisoned AI Agent Tool: user installs or runs a poisoned tool' },
  { id: 'AML.T0012', title: 'Valid Accounts: existing accounts or keys abused' },
  { id: 'AML.T0025', title: 'Exfiltration via Cyber Means: data taken by ordinary network means' },
  { id: 'AML.T0034.002', title: 'Agentic Resource Consumption: agent driven into costly tool calls' },
  { id: 'AML.T0036', title: 'Data from Information Repositories: repositories and wikis mined' },
  { id: 'AML.T0037', title: 'Data from Local System: local files and configuration searched' },
  { id: 'AML.T0048', title: 'External Harms: access used to harm others' },
  {
    id: 'AML.T0050',
    title: 'Command and Scripting Interpreter: shell or interpreter abused to run commands',
  },
  { id: 'AML.T0051', title: 'LLM Prompt Injection: crafted prompt changes behaviour' },
  { id: 'AML.T0051.001', title: 'Indirect: injection through content the agent reads' },
  { id: 'AML.T0053', title: 'AI Agent Tool Invocation: agent’s tools invoked for the attacker' },
  { id: 'AML.T0055', title: 'Unsecured Credentials: carelessly stored credentials found' },
  { id: 'AML.T0057', title: 'LLM Data Leakage: model led to reveal sensitive data' },
  { id: 'AML.T0074', title: 'Masquerading: artefact or identity made to look legitimate' },
  { id: 'AML.T0080', title: 'AI Agent Context Poisoning: agent context or memory manipulated' },
  {
    id: 'AML.T0081',
    title: 'Modify AI Agent Configuration: agent configuration changed for persistence or evasion',
  },
  {
    id: 'AML.T0083',
    title: 'Credentials from AI Agent Configuration: secrets read from agent configuration',
  },
  {
    id: 'AML.T0084',
    title: 'Discover AI Agent Configuration: tools, knowledge, triggers of agent enumerated',
  },
  { id: 'AML.T0085.001', title: 'AI Agent Tools: data collected through the agent’s tools' },
  {
    id: 'AML.T0086',
    title: 'Exfiltration via AI Agent Tool Invocation: data sent out through write-capable tools',
  },
  { id: 'AML.T0091.000', title: 'Application Access Token: stolen tokens reused to bypass login' },
  {
    id: 'AML.T0092',
    title: 'Manipulate User LLM Chat History: conversation record altered to hide activity',
  },
  { id: 'AML.T0098', title: 'AI Agent Tool Credential Harvesting: credentials collected through tools' },
  { id: 'AML.T0099', title: 'AI Agent Tool Data Poisoning: malicious content placed where tools read' },
  {
    id: 'AML.T0101',
    title: 'Data Destruction via AI Agent Tool Invocation: data or files destroyed through a tool',
  },
  { id: 'AML.T0103', title: 'Deploy AI Agent: attacker launches an agent in victim environment' },
  { id: 'AML.T0105', title: 'Escape to Host: break out of container or VM' },
  { id: 'AML.T0107', title: 'Exploitation for Defense Evasion: flaw used to get round security features' },
  { id: 'AML.T0109', title: 'AI Supply Chain Rug Pull: trusted component later updated to malicious' },
  { id: 'AML.T0110', title: 'AI Agent Tool Poisoning: tools altered for persistence' },
  { id: 'AML.T0112.000', title: 'Local AI Agent: machine compromised through a local agent' },
  { id: 'AML.T0110.000', title: 'Definition and Instructions: tool description carries hidden directives' },
  { id: 'AML.T0110.001', title: 'Implementation: tool code is malicious' },
  { id: 'AML.T0110.002', title: 'Runtime Response: tool result carries the payload' },
  {
    id: 'AML.T0115.002',
    title: 'Publish Poisoned AI Artifacts: AI Agent Tools: poisoned tool published (was AML.T0104)',
  },
  { id: 'AML.T0118.001', title: 'Direct Agent Communication: agents pass tasking to each other directly' },
  {
    id: 'AML.T0132',
    title: 'Misconfigured or Publicly Exposed AI Services: exposed AI endpoint found and used',
  },
  { id: 'AML.T0133', title: 'Discover AI Agent Runtime Capabilities: agent probed for what it can do' },
  {
    id: 'AML.M0005',
    title: 'Control Access to AI Models and Data at Rest: registry, model and data access controlled',
  },
  { id: 'AML.M0013', title: 'Code Signing: signed code and artefacts enforced' },
  { id: 'AML.M0014', title: 'Verify AI Artifacts: checksums of artefacts verified' },
  {
    id: 'AML.M0019',
    title:
      'Control Access to AI Models and Data in Production: callers authenticated; production use monitored',
  },
  { id: 'AML.M0020', title: 'Generative AI Guardrails: checks between model and output' },
  { id: 'AML.M0023', title: 'AI Bill of Materials: full list of AI artefacts and resources' },
  { id: 'AML.M0024', title: 'AI Telemetry Logging: inputs, outputs, agent steps, tool use logged' },
  {
    id: 'AML.M0026',
    title: 'Privileged AI Agent Permissions Configuration: strong permission controls on privileged agents',
  },
  {
    id: 'AML.M0027',
    title: 'Single-User AI Agent Permissions Configuration: permissions and lifecycle of on-behalf-of agents',
  },
  { id: 'AML.M0028', title: 'AI Agent Tools Permissions Configuration: least privilege on shared tools' },
  {
    id: 'AML.M0029',
    title: 'Human In-the-Loop for AI Agent Actions: person approves agent actions beforehand',
  },
  {
    id: 'AML.M0030',
    title:
      'Restrict AI Agent Tool Invocation on Untrusted Data: tool calls limited when untrusted data present',
  },
  {
    id: 'AML.M0032',
    title: 'Segmentation of AI Agent Components: sandboxing and boundaries between components',
  },
  {
    id: 'AML.M0033',
    title: 'Input and Output Validation for AI Agent Components: tool inputs and outputs validated',
  },
] as const;

const eu = [
  { id: 'Art. 4', title: 'AI literacy of staff (wording changed by 2026/1744)' },
  { id: 'Art. 9(1)', title: 'Risk management system set up and kept' },
  { id: 'Art. 9(2)', title: 'Risk management is continuous over the lifecycle' },
  { id: 'Art. 9(5)', title: 'Residual risk judged acceptable; mitigation hierarchy' },
  { id: 'Art. 10(2)', title: 'Data governance practices for training, validation, test data' },
  { id: 'Art. 11(1)', title: 'Technical documentation before market, kept current' },
  { id: 'Art. 12(1)', title: 'System automatically records events' },
  { id: 'Art. 12(2)', title: 'Logs trace risk, monitoring and operation' },
  { id: 'Art. 13(1)', title: 'Operation transparent enough for deployers' },
  { id: 'Art. 13(3)', title: 'Content of instructions for use' },
  { id: 'Art. 14(1)', title: 'Designed for effective human oversight' },
  { id: 'Art. 14(4)(b)', title: 'Overseers stay aware of automation bias' },
  { id: 'Art. 14(4)(d)', title: 'Overseer can decide not to use, or override' },
  { id: 'Art. 14(4)(e)', title: 'Overseer can intervene or stop' },
  { id: 'Art. 15(1)', title: 'Accuracy, robustness, cybersecurity throughout lifecycle' },
  { id: 'Art. 15(4)', title: 'Resilient to errors and faults; redundancy, fail-safe' },
  { id: 'Art. 15(5)', title: 'Resilient to unauthorised alteration; AI-specific attacks handled' },
  { id: 'Art. 17(1)(b)', title: 'Design control and verification procedures (QMS)' },
  { id: 'Art. 17(1)(d)', title: 'Test and validation procedures (QMS)' },
  { id: 'Art. 17(1)(i)', title: 'Serious-incident reporting procedure (QMS)' },
  { id: 'Art. 17(1)(k)', title: 'Record-keeping systems (QMS)' },
  { id: 'Art. 17(1)(l)', title: 'Resource and supply security (QMS)' },
  { id: 'Art. 17(1)(m)', title: 'Accountability framework for staff (QMS)' },
  { id: 'Art. 18(1)', title: 'Provider keeps documentation ten years' },
  { id: 'Art. 19(1)', title: 'Provider keeps its automatic logs, at least six months' },
  { id: 'Art. 20(1)', title: 'Provider corrects, withdraws, disables or recalls nonconforming system' },
  { id: 'Art. 25(4)', title: 'Written agreement with suppliers of tools, components, services' },
  { id: 'Art. 26(1)', title: 'Deployer uses system as instructed, with measures' },
  { id: 'Art. 26(2)', title: 'Deployer assigns competent, authorised human overseers' },
  { id: 'Art. 26(5)', title: 'Deployer monitors operation; informs; suspends on risk' },
  { id: 'Art. 26(6)', title: 'Deployer keeps automatic logs, at least six months' },
  { id: 'Art. 50(1)', title: 'People told they interact with AI' },
  { id: 'Art. 53(1)(b)', title: 'GPAI provider informs downstream integrators' },
  { id: 'Art. 72(1)', title: 'Provider post-market monitoring system documented' },
  { id: 'Art. 72(2)', title: 'Performance data actively collected and analysed' },
  { id: 'Art. 73(1)', title: 'Provider reports serious incidents to authority' },
  { id: 'Art. 73(2)', title: 'Report at latest 15 days after awareness' },
  { id: 'Art. 73(7)', title: 'Provider investigates, assesses risk, corrects' },
] as const;

/**
 * Frameworks, each of one edition. `relation`: what an enforced control does for a clause. It never satisfies one: that is
 * an assessor's word. `note` says what a reader must know before using the mapping.
 */
export const frameworks = [
  {
    id: 'soc2-2017',
    name: 'SOC 2 2017-TSC/2022-PoF',
    relation: 'supports',
    source: 'AICPA Trust Services Criteria 2017, points of focus revised 2022',
    note: 'Criteria relevant to agents only. A mapping of evidence, not an examination.',
    clauses: soc2,
  },
  {
    id: 'nist-ai-rmf-1.0',
    name: 'NIST AI RMF 1.0',
    relation: 'supports',
    source: 'NIST AI 100-1',
    note: 'Subcategories relevant to agents only. The framework is voluntary.',
    clauses: nist,
  },
  {
    id: 'iso-42001-2023',
    name: 'ISO/IEC 42001:2023',
    relation: 'supports',
    source: 'ISO/IEC 42001:2023 Annex A',
    note: 'All 38 controls of Annex A. Titles are in our words; have a holder of the standard check them before an audit.',
    clauses: iso,
  },
  {
    id: 'owasp-asi-2026',
    name: 'OWASP ASI 2026',
    relation: 'mitigates',
    source: 'OWASP Top 10 for Agentic Applications 2026, CC BY-SA 4.0',
    note: 'These controls limit the harm of a hijacked agent; they do not detect the hijack.',
    clauses: asi,
  },
  {
    id: 'owasp-llm-2026',
    name: 'OWASP LLM 2026',
    relation: 'mitigates',
    source: 'OWASP Top 10 for LLM Applications 2026, CC BY-SA 4.0',
    note: 'Numbers changed between the editions: each entry names the number that it had in 2025.',
    clauses: llm,
  },
  {
    id: 'mitre-atlas-2026.09',
    name: 'MITRE ATLAS 2026.09',
    relation: 'mitigates',
    source: 'MITRE ATLAS release 2026.09, Apache 2.0',
    note: 'Techniques and mitigations relevant to agents only. ATLAS is released monthly.',
    clauses: atlas,
  },
  {
    id: 'eu-ai-act',
    name: 'EU AI Act 2024/1689 (alignment)',
    relation: 'supports',
    source: 'Regulation (EU) 2024/1689 as amended by (EU) 2026/1744',
    note: 'Alignment, not compliance: most of these articles bind high-risk systems only, which a coding agent usually is not, and those of Chapter III apply from 2 December 2027.',
    clauses: eu,
  },
] as const;

type FrameworkRow = (typeof frameworks)[number];
export type Framework = FrameworkRow['name'];
type ClauseId<F extends Framework> = Extract<FrameworkRow, { name: F }>['clauses'][number]['id'];

/** A clause of a framework that a control gives evidence toward; never "satisfies". */
export type Clause = { framework: Framework; id: string };

/** Clauses of one framework, for a row of the catalogue. */
const of =
  <F extends Framework>(framework: F) =>
  (...ids: ClauseId<F>[]): Clause[] =>
    ids.map((id) => ({ framework, id }));

export const soc2Clauses = of('SOC 2 2017-TSC/2022-PoF');
export const nistClauses = of('NIST AI RMF 1.0');
export const isoClauses = of('ISO/IEC 42001:2023');
export const asiClauses = of('OWASP ASI 2026');
export const llmClauses = of('OWASP LLM 2026');
export const atlasClauses = of('MITRE ATLAS 2026.09');
export const euClauses = of('EU AI Act 2024/1689 (alignment)');
