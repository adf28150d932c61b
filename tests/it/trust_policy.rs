//! The policy as decision tables: what the flag does, where a request ends and why, and that every
//! change that is proposed helps.

use std::net::IpAddr;

use clawconf::trust::{
    Answers, Change, Hop, Origin, Outcome, Policy, Proxy, Reason, Stage, Verdict,
};
use url::Url;

/// What a provider's config says.
#[derive(Debug, Clone, Default)]
pub(crate) struct Setup {
    pub base: Option<String>,
    pub flag: Option<bool>,
    pub proxy: Proxy,
}

/// One request and what a look-up of its host brought.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub url: String,
    pub answers: Option<Vec<IpAddr>>,
}

impl Setup {
    pub(crate) fn of(base: &str, flag: Option<bool>) -> Setup {
        let base = (!base.is_empty()).then(|| base.to_owned());
        Setup {
            base,
            flag,
            proxy: Proxy::None,
        }
    }

    fn policy(&self) -> Policy {
        Policy::of_provider(self.base.as_deref(), self.flag).through(self.proxy.clone())
    }

    pub(crate) fn judge(&self, chain: &[Request]) -> Verdict {
        judge(&self.policy(), chain)
    }
}

pub(crate) fn judge(policy: &Policy, chain: &[Request]) -> Verdict {
    let hops = chain.iter().map(|request| {
        let answers = request.answers.as_deref();
        Hop::to(&request.url).with(answers.map_or(Answers::NotAsked, Answers::Known))
    });
    let hops: Vec<Hop<'_>> = hops.collect();
    policy.judge(&hops)
}

/// Requests from text, redirects behind `>`; each a URL and the answers for its host, `-` for an
/// empty answer.
pub(crate) fn chain(text: &str) -> Vec<Request> {
    let request = |text: &str| {
        let mut words = text.split_whitespace();
        let url = words.next().unwrap().to_owned();
        let answers: Vec<&str> = words.collect();
        let ips = answers.iter().filter(|word| **word != "-");
        let ips = ips.map(|word| word.parse().unwrap()).collect();
        let answers = (!answers.is_empty()).then_some(ips);
        Request { url, answers }
    };
    text.split(" > ").map(request).collect()
}

/// A verdict in a few words: `public`, or `host:private`, or `host:private at 2` for a redirect.
pub(crate) fn said(verdict: &Verdict) -> String {
    let reason = verdict.reason.code();
    match (verdict.is_allowed(), verdict.hop) {
        (true, _) => reason.to_owned(),
        (false, 1) => format!("{}:{reason}", verdict.stage.code()),
        (false, hop) => format!("{}:{reason} at {hop}", verdict.stage.code()),
    }
}

/// What `baseUrl` says already.
fn says_already(base: Option<&str>, origin: &Origin) -> bool {
    let Some(url) = base.and_then(|base| Url::parse(base).ok()) else {
        return false;
    };
    let has_user = !url.username().is_empty() || url.password().is_some();
    !has_user && url.origin().ascii_serialization() == origin.to_string()
}

/// The config and the requests after a change; an error when it changes nothing or the wrong thing.
fn after(
    change: &Change,
    setup: &Setup,
    chain: &[Request],
    refused: &Verdict,
) -> Result<(Setup, Vec<Request>), String> {
    let (mut setup, mut chain) = (setup.clone(), chain.to_vec());
    let is_change = match change {
        Change::RemoveFlag => setup.flag.take() == Some(false),
        Change::AllowPrivateNetwork => setup.flag.replace(true) != Some(true),
        Change::EnvironmentProxy => {
            std::mem::replace(&mut setup.proxy, Proxy::Environment) != Proxy::Environment
        }
        Change::RemoveProxy => std::mem::take(&mut setup.proxy) != Proxy::None,
        Change::AddScheme => {
            let base = setup.base.take().unwrap_or_default();
            let own = chain.first_mut().filter(|own| own.url.starts_with(&base));
            if let Some(own) = own {
                own.url = format!("http://{}", own.url);
            }
            setup.base = Some(format!("http://{base}"));
            !base.contains("://")
        }
        Change::BaseUrl { to: origin, .. } => {
            let is_change = !says_already(setup.base.as_deref(), origin);
            let unmoved = Some(origin) == refused.request_origin.as_ref();
            let answers = chain[refused.hop - 1].answers.take();
            chain = vec![Request {
                url: format!("{origin}/v1"),
                answers: answers.filter(|_| unmoved),
            }];
            setup.base = Some(origin.to_string());
            is_change
        }
    };
    if is_change {
        Ok((setup, chain))
    } else {
        Err(format!("`{change}` changes nothing that is there"))
    }
}

/// Why the changes that a refused verdict proposes are of no use.
pub(crate) fn useless(setup: &Setup, chain: &[Request], refused: &Verdict) -> Option<String> {
    if refused.changes.is_empty() {
        return None;
    }
    let (mut setup, mut chain, mut verdict) = (setup.clone(), chain.to_vec(), refused.clone());
    for change in &refused.changes {
        if verdict.is_allowed() {
            return Some(format!("`{change}` is not needed"));
        }
        match after(change, &setup, &chain, &verdict) {
            Err(why) => return Some(why),
            Ok(changed) => (setup, chain) = changed,
        }
        verdict = setup.judge(&chain);
    }
    let changes = &refused.changes;
    (!verdict.is_allowed()).then(|| format!("after {changes:?}: {}", said(&verdict)))
}

/// What holds for every verdict: the last step tells its end, and a refusal has no address to
/// connect to and looked nothing up before its time.
pub(crate) fn is_whole(verdict: &Verdict) {
    let last = verdict.trace.last().unwrap();
    assert_eq!(last.stage, verdict.stage);
    assert_eq!(last.outcome == Outcome::Block, !verdict.is_allowed());
    if verdict.is_allowed() {
        assert!(verdict.changes.is_empty());
        return;
    }
    assert!(verdict.addresses.is_empty());
    let own = verdict.trace.iter().filter(|step| step.hop == verdict.hop);
    assert!(own.clone().is_sorted_by_key(|step| step.stage));
    if verdict.stage < Stage::Lookup {
        assert!(own.clone().all(|step| step.stage < Stage::Lookup));
    }
}

/// What is wrong with the verdict on these requests.
fn faults(setup: &Setup, text: &str, expected: &str) -> Vec<String> {
    let requests = chain(text);
    let verdict = setup.judge(&requests);
    is_whole(&verdict);
    let other = Some(said(&verdict)).filter(|said| said != expected);
    let found = other.into_iter().chain(useless(setup, &requests, &verdict));
    let told = found.map(|fault| format!("{setup:?}: {text}: {fault}, not {expected}"));
    told.collect()
}

pub(crate) fn holds(setup: &Setup, text: &str, expected: &str) {
    assert_eq!(faults(setup, text, expected), [""; 0]);
}

/// A base URL, a chain of requests, and the verdicts with the flag unset, false and true.
pub(crate) type Row = (&'static str, &'static str, [&'static str; 3]);

pub(crate) const FLAGS: [Option<bool>; 3] = [None, Some(false), Some(true)];

pub(crate) fn hold(rows: &[Row]) {
    let of_row = |(base, text, expected): &Row| {
        let cells = FLAGS.into_iter().zip(*expected);
        let faults =
            cells.flat_map(|(flag, expected)| faults(&Setup::of(base, flag), text, expected));
        faults.collect::<Vec<_>>()
    };
    let found: Vec<String> = rows.iter().flat_map(of_row).collect();
    assert!(found.is_empty(), "{found:#?}");
}

/// The same verdict whatever the flag.
pub(crate) fn hold_always(rows: &[(&'static str, &'static str, &'static str)]) {
    let rows = rows
        .iter()
        .map(|(base, text, expected)| (*base, *text, [*expected; 3]));
    hold(&rows.collect::<Vec<_>>());
}

#[rustfmt::skip]
#[test]
fn the_own_origin_at_a_private_address() {
    let own = ["exact-origin", "answers:private", "opted-in"];
    let fake_ip = ["exact-origin", "fake-ip", "opted-in"];
    let by_name = ["exact-origin", "host:refused-name", "opted-in"];
    let literal = ["exact-origin", "host:private", "opted-in"];
    for ip in ["10.0.0.5", "172.16.0.5", "192.168.1.5", "100.64.0.5", "192.88.99.5", "fec0::5", "200::5"] {
        let text = format!("http://gpu.lan:1234/v1 {ip}").leak();
        hold(&[("http://gpu.lan:1234", text, own)]);
    }
    hold(&[
        ("http://gpu.lan:1234", "http://gpu.lan:1234/v1 198.18.0.5", fake_ip),
        ("http://gpu.lan:1234", "http://gpu.lan:1234/v1 198.19.255.255 fd12::5", fake_ip),
        ("http://gpu.lan:1234", "http://gpu.lan:1234/v1 fd12::5", fake_ip),
        ("http://gpu.lan:1234", "http://gpu.lan:1234/v1 fd12::5 10.0.0.5", own),
        ("http://gpu.lan:1234", "http://gpu.lan:1234/v1 127.0.0.1", ["answers:surprise-loopback", "answers:private", "opted-in"]),
        ("http://gpu.lan:1234", "http://gpu.lan:1234/v1 ::1", ["answers:surprise-loopback", "answers:private", "opted-in"]),
        ("http://localhost:1234", "http://localhost:1234/v1 127.0.0.1 ::1", by_name),
        ("http://llm.localhost:1234", "http://llm.localhost:1234/v1 127.0.0.1", by_name),
        ("http://gpu.local:1234", "http://gpu.local:1234/v1 10.0.0.5", by_name),
        ("http://gpu.local:1234", "http://gpu.local:1234/v1 198.18.0.5", by_name),
        ("https://llm.corp.internal", "https://llm.corp.internal/v1 10.0.0.5", by_name),
        ("http://127.0.0.1:1234", "http://127.0.0.1:1234/v1", literal),
        ("http://[::1]:1234", "http://[::1]:1234/v1", literal),
        ("http://192.168.1.5:1234", "http://192.168.1.5:1234/v1", literal),
        ("http://198.18.0.5:1234", "http://198.18.0.5:1234/v1", literal),
        ("http://[fd12::5]:1234", "http://[fd12::5]:1234/v1", literal),
    ]);
}

#[rustfmt::skip]
#[test]
fn the_own_origin_where_trust_ends() {
    hold(&[
        ("http://gpu.lan:1234", "http://gpu.lan:1234/v1 169.254.7.7", ["answers:link-local", "answers:link-local", "opted-in"]),
        ("http://gpu.lan:1234", "http://gpu.lan:1234/v1 fe80::7", ["answers:link-local", "answers:link-local", "opted-in"]),
        ("http://gpu.lan:1234", "http://gpu.lan:1234/v1 0.0.0.0", ["answers:unspecified", "answers:unspecified", "opted-in"]),
        ("http://gpu.lan:1234", "http://gpu.lan:1234/v1 224.0.0.1", ["answers:never-a-server", "answers:never-a-server", "opted-in"]),
        ("http://gpu.lan:1234", "http://gpu.lan:1234/v1 64:ff9b:1::a00:5", ["answers:nat64-local", "answers:nat64-local", "opted-in"]),
        ("http://169.254.7.7:1234", "http://169.254.7.7:1234/v1", ["host:link-local", "host:link-local", "opted-in"]),
        ("http://[fe80::7]:1234", "http://[fe80::7]:1234/v1", ["host:link-local", "host:link-local", "opted-in"]),
        ("http://0.0.0.0:1234", "http://0.0.0.0:1234/v1", ["host:unspecified", "host:unspecified", "opted-in"]),
        ("http://[::]:1234", "http://[::]:1234/v1", ["host:unspecified", "host:unspecified", "opted-in"]),
        // Only a base URL that names the service opts in to it.
        ("http://169.254.169.254", "http://169.254.169.254/latest", ["host:metadata", "host:metadata", "opted-in"]),
        ("http://[64:ff9b::a9fe:a9fe]", "http://[64:ff9b::a9fe:a9fe]/latest", ["host:metadata", "host:metadata", "opted-in"]),
        ("http://168.63.129.16", "http://168.63.129.16/machine", ["host:metadata", "host:metadata", "opted-in"]),
        ("http://metadata.goog", "http://metadata.goog/ 169.254.169.254", ["answers:metadata", "answers:metadata", "opted-in"]),
        ("http://169.254.169.254", "http://169.254.169.254:81/latest", ["host:metadata"; 3]),
        ("http://169.254.169.254", "http://100.100.100.200/latest", ["host:metadata"; 3]),
    ]);
    for ip in ["169.254.169.254", "169.254.170.2", "100.100.100.200", "192.0.0.192", "168.63.129.16", "fd00:ec2::254",
               "fd00:ec2::23", "fd20:ce::254", "fd00:42::42", "fd00:c1::a9fe:a9fe", "::ffff:169.254.169.254", "10.0.0.5 169.254.169.254"] {
        for (base, url) in [("http://gpu.lan:1234", "http://gpu.lan:1234/v1"), ("https://api.openai.com/v1", "https://api.openai.com/v1/x")] {
            let text = format!("{url} {ip}").leak();
            hold_always(&[(base, text, "answers:metadata")]);
        }
    }
}

#[rustfmt::skip]
#[test]
fn a_known_cloud_at_a_private_address() {
    let base = "https://api.openai.com/v1";
    let denied = ["answers:private", "answers:private", "opted-in"];
    hold(&[
        (base, "https://api.openai.com/v1/x 10.0.0.5", denied),
        (base, "https://api.openai.com/v1/x 127.0.0.1", denied),
        (base, "https://api.openai.com/v1/x 192.88.99.5", denied),
        (base, "https://api.openai.com/v1/x 198.18.0.5", ["fake-ip", "fake-ip", "opted-in"]),
        (base, "https://api.openai.com/v1/x fd12::5", ["fake-ip", "fake-ip", "opted-in"]),
        (base, "https://api.openai.com/v1/x 169.254.7.7", ["answers:link-local", "answers:link-local", "opted-in"]),
        (base, "https://api.openai.com:8443/ 198.18.0.5", denied),
        ("https://my-metadata.lan", "https://my-metadata.lan/ 10.0.0.5", denied),
        ("https://my-metadata.lan", "https://my-metadata.lan/ 198.18.0.5", denied),
        ("https://instance-data.lan", "https://instance-data.lan/ fd12::5", denied),
        ("https://my-instance-data.lan", "https://my-instance-data.lan/ 10.0.0.5", ["exact-origin", "answers:private", "opted-in"]),
    ]);
}

#[rustfmt::skip]
#[test]
fn another_origin_than_the_own() {
    let answer = ["answers:private", "answers:private", "opted-in"];
    let literal = ["host:private", "host:private", "opted-in"];
    for base in ["", "http://gpu.lan:1234", "http://10.0.0.5:1234", "https://api.openai.com/v1", "ftp://10.0.0.6", "://"] {
        hold(&[
            (base, "http://other.example/ 10.0.0.5", answer),
            (base, "http://other.example/ 127.0.0.1", answer),
            (base, "http://other.example/ 198.18.0.5", answer),
            (base, "http://other.example/ fd12::5", answer),
            (base, "http://other.example/ 93.184.216.34 10.0.0.5", answer),
            (base, "http://other.example/ 10.0.0.5 93.184.216.34", answer),
            (base, "http://10.0.0.6/", literal),
            (base, "http://10.0.0.5:1235/", literal),
            (base, "https://10.0.0.5:1234/", literal),
            (base, "http://gpu.lan:1235/ 10.0.0.5", answer),
            (base, "https://gpu.lan:1234/ 198.18.0.5", answer),
            (base, "http://other.example/ 169.254.7.7", ["answers:link-local", "answers:link-local", "opted-in"]),
            (base, "http://other.example/ 255.255.255.255", ["answers:never-a-server", "answers:never-a-server", "opted-in"]),
            (base, "http://[fe80::7]/", ["host:link-local", "host:link-local", "opted-in"]),
            (base, "http://other.example/ 169.254.169.254", ["answers:metadata"; 3]),
            (base, "http://169.254.169.254/", ["host:metadata"; 3]),
            (base, "http://localhost:8080/ 127.0.0.1", ["host:refused-name", "host:refused-name", "opted-in"]),
            (base, "http://other.example/ 93.184.216.34 2606:4700::1111", ["public"; 3]),
            (base, "http://93.184.216.34/", ["public"; 3]),
            (base, "http://other.example/", ["not-looked-up"; 3]),
            (base, "http://my-metadata.example/ 93.184.216.34", ["public"; 3]),
        ]);
    }
    hold_always(&[
        ("http://gpu.lan:1234", "http://gpu.lan:1234/v1 93.184.216.34", "public"),
        ("https://api.openai.com/v1", "https://api.openai.com/v1 93.184.216.34", "public"),
        ("http://93.184.216.34", "http://93.184.216.34/v1", "public"),
    ]);
}

#[rustfmt::skip]
#[test]
fn a_name_without_its_scheme_is_no_base() {
    let answer = ["answers:private", "answers:private", "opted-in"];
    for base in ["gpu.lan:1234/v1", "ftp://gpu.lan:1234", "ws://gpu.lan:1234", "//gpu.lan:1234/v1"] {
        hold(&[(base, "http://gpu.lan:1234/v1 10.0.0.5", answer), (base, "http://gpu.lan:1234/v1 198.18.0.5", answer)]);
    }
    let setup = Setup::of("gpu.lan:1234/v1", None);
    let verdict = setup.judge(&chain("gpu.lan:1234/v1/models 10.0.0.5"));
    assert_eq!((said(&verdict).as_str(), verdict.changes), ("url:not-http", vec![Change::AddScheme]));
}

#[rustfmt::skip]
#[test]
fn redirects_of_a_named_base() {
    let base = "http://gpu.lan:1234";
    let elsewhere = "host-limit:other-host at 2";
    hold(&[
        (base, "http://gpu.lan:1234/a 10.0.0.5 > http://gpu.lan:1234/b 10.0.0.6", ["exact-origin", "answers:private", "opted-in"]),
        (base, "http://gpu.lan:1234/a 10.0.0.5 > http://gpu.lan:1235/ 10.0.0.5", ["answers:private at 2", "answers:private", "opted-in"]),
        // The fake-IP answers of a sibling: benchmark addresses, and no unique-local ones.
        (base, "http://gpu.lan:1234/a fd12::5 > http://gpu.lan:1235/ fd12::5", ["answers:private at 2", "answers:private at 2", "opted-in"]),
        (base, "http://gpu.lan:1234/a 198.18.0.5 > http://gpu.lan:1235/ 198.18.0.5", ["fake-ip", "fake-ip", "opted-in"]),
        (base, "http://gpu.lan:1234/a 198.18.0.5 > http://gpu.lan:1235/ 198.18.0.5 > http://gpu.lan:1234/b 10.0.0.5", ["exact-origin", "answers:private at 3", "opted-in"]),
        (base, "http://gpu.lan:1234/a 198.18.0.5 > http://gpu.lan:1235/ 169.254.169.254", ["answers:metadata at 2"; 3]),
        (base, "http://gpu.lan:1234/a 93.184.216.34 > http://gpu.lan/ 93.184.216.34", ["public"; 3]),
        (base, "http://gpu.lan:1234/a 93.184.216.34 > https://GPU.lan./ 93.184.216.34", ["public"; 3]),
        (base, "http://gpu.lan:1234/a 93.184.216.34 > https://other.example/ 93.184.216.34", [elsewhere; 3]),
        (base, "http://gpu.lan:1234/a 93.184.216.34 > https://x.gpu.lan/ 93.184.216.34", [elsewhere; 3]),
        (base, "http://gpu.lan:1234/a 93.184.216.34 > http://127.0.0.1/", [elsewhere; 3]),
        (base, "http://gpu.lan:1234/a 93.184.216.34 > http://localhost/", [elsewhere; 3]),
        (base, "http://gpu.lan:1234/a 93.184.216.34 > http://169.254.169.254/", [elsewhere; 3]),
        ("https://api.openai.com/v1", "https://api.openai.com/v1 93.184.216.34 > https://other.example/ 93.184.216.34", [elsewhere; 3]),
        // What begins elsewhere never becomes the own origin.
        (base, "http://other.example/ 93.184.216.34 > http://gpu.lan:1234/ 10.0.0.5", ["answers:private at 2", "answers:private at 2", "opted-in"]),
        (base, "http://gpu.lan:1235/ 93.184.216.34 > http://other.example/ 93.184.216.34", ["public"; 3]),
        ("http://my-metadata.lan", "http://my-metadata.lan/ 93.184.216.34 > http://other.example/ 93.184.216.34", ["public"; 3]),
    ]);
}

#[rustfmt::skip]
#[test]
fn redirects_of_an_address_as_base() {
    let base = "http://10.0.0.5:1234";
    hold(&[
        (base, "http://10.0.0.5:1234/a > http://10.0.0.5:1234/b", ["exact-origin", "host:private", "opted-in"]),
        (base, "http://10.0.0.5:1234/a > http://10.0.0.5:1235/", ["host:private at 2", "host:private", "opted-in"]),
        (base, "http://10.0.0.5:1234/a > http://gpu.lan/ 10.0.0.5", ["answers:private at 2", "host:private", "opted-in"]),
        (base, "http://10.0.0.5:1234/a > http://gpu.lan/ 198.18.0.5", ["answers:private at 2", "host:private", "opted-in"]),
        (base, "http://10.0.0.5:1234/a > http://localhost/ 127.0.0.1", ["host:refused-name at 2", "host:private", "opted-in"]),
        (base, "http://10.0.0.5:1234/a > http://169.254.7.7/", ["host:link-local at 2", "host:private", "opted-in"]),
        (base, "http://10.0.0.5:1234/a > http://169.254.169.254/", ["host:metadata at 2", "host:private", "host:metadata at 2"]),
        (base, "http://10.0.0.5:1234/a > http://other.example/ 93.184.216.34", ["public", "host:private", "public"]),
        (base, "http://10.0.0.5:1234/a > http://other.example/ 93.184.216.34 > http://10.0.0.5:1234/b", ["exact-origin", "host:private", "opted-in"]),
        ("http://93.184.216.34", "http://93.184.216.34/ > http://other.example/ 93.184.216.34", ["public"; 3]),
    ]);
}

#[test]
fn a_refusal_tells_where_and_what() {
    let setup = Setup::of("http://10.0.0.5:1234", None);
    let requests =
        "http://10.0.0.5:1234/a > http://Other.example:81/b 93.184.216.34 64:ff9b::a9fe:a9fe";
    let verdict = setup.judge(&chain(requests));
    assert_eq!(
        (verdict.hop, verdict.stage, verdict.reason),
        (2, Stage::Answers, Reason::Metadata)
    );
    let origin = verdict.request_origin.unwrap().to_string();
    assert_eq!(origin, "http://other.example:81");
    let address = verdict.address.unwrap().ip.to_string();
    assert_eq!(address, "64:ff9b::a9fe:a9fe");
    assert_eq!(
        verdict.trusted_origin.unwrap().to_string(),
        "http://10.0.0.5:1234"
    );
}

#[test]
fn the_smallest_change_comes_first() {
    let own = "http://10.0.0.5:1234/v1";
    for (base, flag, requests, change) in [
        (
            "http://10.0.0.5:1234",
            Some(false),
            own,
            Some("remove-flag"),
        ),
        ("10.0.0.5:1234", None, own, Some("add-scheme")),
        ("", None, own, Some("set-base-url")),
        ("http://10.0.0.5:1235", None, own, Some("set-base-url")),
        (
            "http://0.0.0.0:1234",
            None,
            "http://0.0.0.0:1234/v1",
            Some("set-base-url"),
        ),
        (
            "https://api.openai.com/v1",
            None,
            "https://api.openai.com/v1 10.0.0.5",
            Some("allow-private-network"),
        ),
        (
            "http://169.254.7.7",
            None,
            "http://169.254.7.7/",
            Some("allow-private-network"),
        ),
        (
            "http://gpu.lan",
            None,
            "http://gpu.lan/ 169.254.169.254",
            None,
        ),
        (
            "http://gpu.lan:22",
            None,
            "http://gpu.lan:22/ 10.0.0.5",
            None,
        ),
        ("http://gpu.lan", None, "http://gpu.lan/ -", None),
        ("ftp://gpu.lan", None, "ftp://gpu.lan/v1", None),
        (
            "http://gpu.lan",
            None,
            "http://gpu.lan/ 10.0.0.5 > http://gpu.lan/ 10.0.0.5",
            None,
        ),
    ] {
        let verdict = Setup::of(base, flag).judge(&chain(requests));
        assert!(!verdict.is_allowed(), "{base}: {requests}");
        let found: Vec<&str> = verdict.changes.iter().map(Change::code).collect();
        let change: Vec<&str> = change.into_iter().collect();
        assert_eq!(found, change, "{base}: {requests}");
    }
}
