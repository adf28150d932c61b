//! What `lint` says of an address is what the policy decides for a request to it.

use std::net::IpAddr;

use clawconf::diagnostic::Finding;
use clawconf::lint::{Facts, Selection, lint_knowing, wanted_names};
use clawconf::trust::{Hop, Lookup, Policy, Proxy, Reason};
use proptest::prelude::*;

use crate::common;

/// Hosts of every sort, some in odd spellings.
const HOSTS: &[&str] = &[
    "192.168.1.5",
    "10.0.0.5",
    "127.0.0.1",
    "0x7f.1",
    "100.64.0.9",
    "198.18.0.7",
    "8.8.8.8",
    "169.254.169.254",
    "169.254.7.7",
    "168.63.129.16",
    "0.0.0.0",
    "203.0.113.7",
    "[::1]",
    "[fd12::5]",
    "[fd00:ec2::254]",
    "[fe80::1]",
    "[::ffff:169.254.169.254]",
    "[64:ff9b:1::a00:5]",
    "[::]",
    "[2606:4700::1111]",
    "localhost",
    "gpu.lan",
    "GPU.lan.",
    "gpu-box.local",
    "host.docker.internal",
    "llm.localhost",
    "ollama",
    "llm.example.com",
    "api.openai.com",
    "metadata.google.internal",
    "my-metadata.lan",
    "instance-data",
    "me:pw@gpu.lan",
    "gpu.lan..",
    "b%C3%BCcher.example",
    "<host>",
];

const ANSWERS: &[&str] = &[
    "192.168.1.5",
    "10.9.9.9",
    "127.0.0.1",
    "::1",
    "8.8.8.8",
    "2606:4700::1111",
    "198.18.3.4",
    "fd12::9",
    "fd00:ec2::254",
    "169.254.169.254",
    "169.254.3.3",
    "fe80::5",
    "0.0.0.0",
    "224.0.0.1",
    "203.0.113.9",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::808:808",
    "2002:a00:5::",
    "168.63.129.16",
];

const PROXIES: &[&str] = &[
    "",
    "",
    "",
    r#", proxy: { mode: "env-proxy" }"#,
    r#", proxy: { mode: "explicit-proxy", url: "http://proxy.example:3128" }"#,
    r#", proxy: { mode: "explicit-proxy", url: "http://10.0.0.1:3128" }"#,
    r#", proxy: { mode: "explicit-proxy", url: "socks5://proxy.example:1080" }"#,
];

#[derive(Debug, Clone)]
struct Case {
    base: String,
    flag: Option<bool>,
    proxy: &'static str,
    answers: Vec<IpAddr>,
}

fn cases() -> impl Strategy<Value = Case> {
    let base = (
        prop::sample::select(vec![
            "http://",
            "http://",
            "https://",
            "",
            "ftp://",
            "HTTP:\\\\\\\\",
        ]),
        prop::sample::select(HOSTS),
        prop::sample::select(vec!["", ":1234", ":443", ":6000"]),
    );
    let answer = prop::sample::select(ANSWERS).prop_map(|ip| ip.parse().unwrap());
    (
        base,
        prop::sample::select(vec![None, None, Some(false), Some(true)]),
        prop::sample::select(PROXIES),
        prop::collection::vec(answer, 0..3),
    )
        .prop_map(|((scheme, host, port), flag, proxy, answers)| Case {
            base: format!("{scheme}{host}{port}/v1"),
            flag,
            proxy,
            answers,
        })
}

/// What lint finds, with the names looked up as the case says.
fn found(case: &Case) -> Vec<Finding> {
    let flag = case
        .flag
        .map_or(String::new(), |flag| format!("allowPrivateNetwork: {flag}"));
    let Case { base, proxy, .. } = case;
    let request = format!(
        "{{ {} }}",
        format!("{flag}{proxy}").trim_start_matches(", ")
    );
    let text = format!(
        r#"{{ models: {{ providers: {{ lab: {{ baseUrl: "{base}", request: {request}, models: [] }} }} }} }}"#
    );
    let config = common::load(&text, &[], &[]);
    let lookup = if case.answers.is_empty() {
        Lookup::Nothing
    } else {
        Lookup::Answered {
            addresses: case.answers.clone(),
            changed: false,
            incomplete: false,
            ttl: None,
        }
    };
    let names = wanted_names(&config).into_iter();
    let facts = Facts {
        lookups: Some(names.map(|name| (name, lookup.clone())).collect()),
        ..Facts::default()
    };
    let selection = Selection {
        select: vec!["trust".to_owned()],
        ..Selection::default()
    };
    lint_knowing(&config, &selection, &facts)
}

fn proxy(case: &Case) -> Proxy {
    if case.proxy.contains("env-proxy") {
        return Proxy::Environment;
    }
    let url = case.proxy.split("url: \"").nth(1);
    url.map_or(Proxy::None, |url| {
        Proxy::Explicit(url.split('"').next().unwrap().to_owned())
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(4000) })]

    #[test]
    fn lint_says_refused_exactly_when_the_policy_refuses(case in cases()) {
        let base = case.base.replace("\\\\", "\\");
        let policy = Policy::of_provider(Some(&base), case.flag).through(proxy(&case));
        let verdict = policy.judge(&[Hop::to(&base).answered(&case.answers)]);
        let findings = found(&case);
        let told = |finding: &Finding| {
            let help = finding.help.as_deref().unwrap_or_default();
            help.contains("Every request is refused")
        };
        let says_refused = findings.iter().any(told);
        // A name without an address is no matter of trust.
        let is_refused = !verdict.is_allowed() && verdict.reason != Reason::Unresolved;
        prop_assert_eq!(says_refused, is_refused, "{:?} {:?} {:#?}", case, verdict, findings);
        if let Some(finding) = findings.iter().find(|finding| finding.rule.id == "exact-origin") {
            prop_assert!(policy.trusted_origin().is_some(), "{:?} {:?}", case, finding);
        }
        let opened = case.flag == Some(true) && verdict.reason == Reason::OptedIn;
        let blanket = findings.iter().any(|finding| {
            finding.path.to_string().ends_with("allowPrivateNetwork")
        });
        // Where the flag is what lets requests through, or is of no use, lint speaks of it.
        let of_use = opened && !Policy::of_provider(Some(&base), None).through(proxy(&case))
            .judge(&[Hop::to(&base).answered(&case.answers)]).is_allowed();
        prop_assert!(!opened || of_use || blanket, "{:?} {:#?}", case, findings);
    }
}
