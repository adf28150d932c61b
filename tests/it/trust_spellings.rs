//! Which spellings are one origin and which are not, and the class of a base URL.

use clawconf::trust::{EndpointClass, Origin, Reason, Stage};

use crate::trust_policy::{Request, Setup, holds, said};

/// A base URL, and whether requests in each of the other spellings go to its origin.
type Row = (
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
);

const ORIGINS: &[Row] = &[
    (
        "http://gpu.lan:1234/v1",
        &[
            "http://gpu.lan:1234",
            "HTTP://GPU.Lan:1234/other?query#fragment",
            "http://gpu.lan.:1234/",
            "http://gpu.lan:01234/",
            "http://gpu.lan:0000001234/",
            "http://ｇｐｕ.lan:1234/",
            "http://ⓖⓟⓤ.lan:1234/",
            "http://gpu。lan:1234/",
            "http://gpu．lan:1234/",
            "http://g\u{ad}pu.lan:1234/",
            "http://%67pu%2Elan:1234/",
            "http://%47PU.lan:1234/",
            "http:\\\\gpu.lan:1234\\v1",
            "http:/gpu.lan:1234/",
            "http:gpu.lan:1234/",
            "http:////gpu.lan:1234/",
            "  http://gpu.lan:1234/  ",
            "\thttp://gpu.lan:1234/\n",
            "ht\ttp://g\rpu.l\nan:12\t34/",
            "http://gpu.lan:1234\\@other.example/",
            "http://gpu.lan:1234?@other.example/",
            "http://gpu.lan:1234#@other.example/",
            "http://@gpu.lan:1234/",
        ],
        &[
            "https://gpu.lan:1234/",
            "http://gpu.lan/",
            "http://gpu.lan:1235/",
            "http://gpu.lan:12340/",
            "http://x.gpu.lan:1234/",
            "http://gpu.lan.example:1234/",
            "http://gpu-lan:1234/",
            "http://gpu:1234/",
            "http://other.example:1234/http://gpu.lan:1234/",
            "http://other.example:1234\\@gpu.lan:1234/",
            "http://other.example:1234#@gpu.lan:1234/",
            "http://other.example:1234?@gpu.lan:1234/",
        ],
    ),
    (
        "http://gpu.lan",
        &[
            "http://gpu.lan:80",
            "http://gpu.lan:/",
            "http://gpu.lan:080/",
            "HTTP://gpu.lan.:0080",
        ],
        &[
            "http://gpu.lan:443",
            "https://gpu.lan",
            "https://gpu.lan:80",
            "http://gpu.lan:8080",
        ],
    ),
    (
        "https://gpu.lan:443/v1",
        &[
            "https://gpu.lan",
            "https://gpu.lan:",
            "HTTPS://gpu.lan:00443/",
        ],
        &[
            "http://gpu.lan:443",
            "http://gpu.lan",
            "https://gpu.lan:80",
            "https://gpu.lan:8443",
        ],
    ),
    (
        "http://gpu.lan.:1234",
        &["http://gpu.lan:1234/", "http://gpu.lan.:1234/"],
        &["http://gpu:1234/"],
    ),
    (
        "http://u:p@gpu.lan:1234/",
        &["http://gpu.lan:1234/"],
        &["http://gpu.lan/", "http://p:1234/", "http://u:1234/"],
    ),
    (
        "http://büro.lan",
        &[
            "http://xn--bro-hoa.lan",
            "http://BÜRO.lan",
            "http://b%C3%BCro.lan",
            "http://bu\u{308}ro.lan",
        ],
        &["http://buro.lan", "http://buero.lan"],
    ),
    (
        "http://straße.lan",
        &["http://xn--strae-oqa.lan"],
        &["http://strasse.lan"],
    ),
    (
        "http://127.0.0.1:1234",
        &[
            "http://0177.0.0.1:1234",
            "http://0x7f.1:1234",
            "http://0X7F.0x0.0.01:1234",
            "http://127.1:1234",
            "http://127.0.1:1234",
            "http://2130706433:1234",
            "http://0x7f000001:1234",
            "http://017700000001:1234",
            "http://１２７.０.０.１:1234",
            "http://①②⑦.0.0.1:1234",
            "http://127。0。0。1:1234",
            "http://%31%32%37.0.0.1:1234",
            "http://127.0.0.1.:1234",
            "http://12\u{ad}7.0.0.1:1234",
        ],
        &[
            "http://127.0.0.1:1235",
            "https://127.0.0.1:1234",
            "http://127.0.0.2:1234",
            "http://127.0.1.1:1234",
            "http://[::1]:1234",
            "http://[::ffff:127.0.0.1]:1234",
        ],
    ),
    (
        "http://[::1]:1234",
        &[
            "http://[0:0:0:0:0:0:0:1]:1234",
            "http://[0000::0001]:1234",
            "http://[::0.0.0.1]:1234",
        ],
        &[
            "http://[::2]:1234",
            "http://127.0.0.1:1234",
            "http://[::1]:1235",
        ],
    ),
    (
        "http://[fd12:0:0::a00:5]",
        &[
            "http://[FD12::A00:5]:80",
            "http://[fd12::10.0.0.5]",
            "http://[fd12:0:0:0:0:0:0a00:0005]",
        ],
        &["http://10.0.0.5", "http://[fd12::a00:6]"],
    ),
    (
        "http://[::ffff:10.0.0.5]",
        &["http://[::FFFF:a00:5]", "http://[0:0:0:0:0:ffff:10.0.0.5]"],
        &["http://10.0.0.5", "http://[::10.0.0.5]"],
    ),
];

/// A request to a private address behind the URL.
fn private(url: &str) -> [Request; 1] {
    let answers = vec!["10.0.0.5".parse().unwrap()];
    [Request {
        url: url.to_owned(),
        answers: Some(answers),
    }]
}

#[test]
fn spellings_of_one_origin() {
    for (base, same, _) in ORIGINS {
        for url in *same {
            assert_eq!(Origin::parse(url), Origin::parse(base), "{url:?}");
            for (base, url) in [(base, url), (url, base)] {
                let credentials = url.contains("u:p@");
                let verdict = Setup::of(base, None).judge(&private(url));
                let expected = if credentials {
                    Reason::Credentials
                } else {
                    Reason::ExactOrigin
                };
                assert_eq!(
                    verdict.reason, expected,
                    "{base:?}: {url:?}: {}",
                    verdict.message
                );
            }
        }
    }
}

#[test]
fn neighbours_of_an_origin() {
    for (base, _, others) in ORIGINS {
        for url in *others {
            assert_ne!(
                Origin::parse(url).unwrap(),
                Origin::parse(base).unwrap(),
                "{url:?}"
            );
            let verdict = Setup::of(base, None).judge(&private(url));
            assert!(!verdict.is_allowed(), "{base:?}: {url:?}");
        }
    }
}

#[test]
fn what_is_no_url_has_no_origin() {
    for url in [
        "",
        "http://",
        "http:///",
        "gpu.lan",
        "//gpu.lan:1234",
        "http://256.0.0.1",
        "http://127.0.0.256",
        "http://127.256.1",
        "http://1.2.3.4.5",
        "http://0x100000000",
        "http://4294967296",
        "http://09.0.0.1",
        "http://gpu%00.lan",
        "http://gpu%2f.lan",
        "http://gpu%2F.lan",
        "http://gp u.lan",
        "http://gpu.lan:65536",
        "http://gpu.lan:-1",
        "http://gpu.lan:12a4",
        "http://[::1",
        "http://[1::2::3]",
        "http://[fe80::1%25eth0]",
        "http://[fe80::1%eth0]",
        "http://[::ffff:256.0.0.1]",
        "http://.",
        "http://..",
        "gpu.lan:1234",
        "ftp://gpu.lan",
        "ws://gpu.lan",
        "httpx://gpu.lan",
    ] {
        assert!(Origin::parse(url).is_err(), "{url:?}");
        let setup = Setup::of(url, None);
        let verdict = setup.judge(&private("http://gpu.lan/"));
        assert_eq!(verdict.reason, Reason::Private, "{url:?}");
        let verdict = setup.judge(&private(url));
        assert_eq!(verdict.stage, Stage::Url, "{url:?}: {}", said(&verdict));
    }
}

#[test]
fn two_dots_at_the_end_are_the_same_origin_and_another_host() {
    let one = Origin::parse("http://gpu.lan:1234");
    assert_eq!(Origin::parse("http://gpu.lan..:1234"), one);
    for (base, url, refused) in [
        ("gpu.lan", "gpu.lan..", "url:not-a-url"),
        ("gpu.lan..", "gpu.lan", "host-limit:other-host"),
        ("gpu.lan.", "gpu.lan..", "url:not-a-url"),
        ("gpu.lan..", "gpu.lan..", "url:not-a-url"),
    ] {
        let setup = Setup::of(&format!("http://{base}:1234"), None);
        holds(&setup, &format!("http://{url}:1234/ 10.0.0.5"), refused);
    }
}

#[test]
fn dots_make_no_name_of_an_address() {
    let refused = "host:private";
    holds(&Setup::default(), "http://127.0.0.1./", refused);
    assert_eq!(
        Origin::parse("http://127.0.0.1..:1234"),
        Origin::parse("http://127.0.0.1:1234")
    );
    holds(&Setup::default(), "http://127.0.0.1../", "url:not-a-url");
    holds(
        &Setup::default(),
        "http://169.254.169.254../",
        "url:not-a-url",
    );
}

#[test]
fn numbers_are_addresses_before_they_are_judged() {
    for (url, expected) in [
        ("http://0x7f.1/", "host:private"),
        ("http://2852039166/", "host:metadata"),
        ("http://0251.0376.0251.0376/", "host:metadata"),
        ("http://0xa9.254.43518/", "host:metadata"),
        ("http://１６９.２５４.１６９.２５４/", "host:metadata"),
        ("http://169。254。7。7/", "host:link-local"),
        ("http://0/", "host:unspecified"),
        ("http://0x0/", "host:unspecified"),
        ("http://10.5/", "host:private"),
        ("http://%31%30.0.0.5/", "host:private"),
        ("http://8.526344/", "public"),
        ("http://10.9.9.9:1234\\@gpu.lan/", "host:private"),
        ("http://169.254.169.254#@gpu.lan/", "host:metadata"),
        ("http://169.254.169.254?@gpu.lan/", "host:metadata"),
    ] {
        holds(&Setup::default(), url, expected);
        holds(&Setup::of("http://gpu.lan:1234", None), url, expected);
    }
}

#[test]
fn classes_of_base_urls() {
    for (class, urls) in [
        ("default", &["", " ", "\t\n"][..]),
        (
            "invalid",
            &[
                "http://",
                "[my box](http://box)",
                "http://256.0.0.1",
                "two words",
            ],
        ),
        (
            "anthropic-public",
            &[
                "https://api.anthropic.com",
                "HTTP://API.Anthropic.COM:8080/v1",
            ],
        ),
        ("cerebras-native", &["https://api.cerebras.ai/v1"]),
        ("chutes-native", &["https://llm.chutes.ai/v1"]),
        ("deepseek-native", &["https://api.deepseek.com"]),
        (
            "github-copilot-native",
            &[
                "https://api.githubcopilot.com",
                "https://a.b.githubcopilot.com",
            ],
        ),
        (
            "google-generative-ai",
            &["https://generativelanguage.googleapis.com/v1beta"],
        ),
        (
            "google-vertex",
            &[
                "https://aiplatform.googleapis.com",
                "https://europe-west1-aiplatform.googleapis.com",
            ],
        ),
        ("groq-native", &["https://api.groq.com/openai/v1"]),
        ("mistral-public", &["https://api.mistral.ai/v1"]),
        (
            "moonshot-native",
            &[
                "https://api.moonshot.ai/v1",
                "https://api.moonshot.cn/v1",
                "https://api.moonshot.ai/v1/",
            ],
        ),
        (
            "openai-public",
            &[
                "https://api.openai.com/v1",
                "api.openai.com/v1",
                "http://api.openai.com:1234",
            ],
        ),
        ("openai-codex", &["https://chatgpt.com/backend-api"]),
        ("azure-openai", &["https://me.openai.azure.com/openai"]),
        (
            "opencode-native",
            &["https://opencode.ai/zen/v1", "https://x.y.opencode.ai"],
        ),
        (
            "openrouter",
            &["https://openrouter.ai/api/v1", "https://x.openrouter.ai"],
        ),
        ("xai-native", &["https://api.x.ai/v1"]),
        ("zai-native", &["https://api.z.ai/api/paas/v4"]),
        (
            "local",
            &[
                "http://localhost:1234/v1",
                "http://LOCALHOST",
                "http://127.0.0.1:1234",
                "http://0x7f.1",
                "http://[::1]:1234",
                "http://llm.localhost",
                "http://gpu.local",
                "https://llm.corp.internal",
                "gpu.local:1234/v1",
                "localhost:1234",
                "127.0.0.1:1234",
            ],
        ),
        (
            "custom",
            &[
                "http://127.0.0.2",
                "http://[::2]",
                "http://192.168.1.5:1234",
                "192.168.1.5:1234",
                "gpu.lan:1234/v1",
                "http://local",
                "http://internal",
                "http://localhost2",
                "http://gpu.localx",
                "https://api.openai.com.evil.example",
                "https://evil-api.openai.com",
                "https://x.api.openai.com",
                "https://openai.com",
                "https://openai.azure.com",
                "https://evilopenai.azure.com",
                "https://githubcopilot.com",
                "https://evilgithubcopilot.com",
                "https://notopenrouter.ai",
                "https://openrouter.ai.example",
                "https://notopencode.ai",
                "https://xaiplatform.googleapis.com",
                "https://googleapis.com",
                "https://api.moonshot.ai",
                "https://api.moonshot.ai/v2",
                "https://api.moonshot.ai/v1/x",
                "http://api.moonshot.ai/v1",
                "https://api.moonshot.ai:8443/v1",
                "https://x.ai",
                "https://api.x.ai.example",
                "https://box/?https://api.openai.com",
                "https://api.openai.com@box",
            ],
        ),
    ] {
        for url in urls {
            let found = EndpointClass::of(Some(url));
            assert_eq!(found.name(), class, "{url:?}");
            let trusted = matches!(class, "local" | "custom");
            assert_eq!(found.is_trusted_by_implication(), trusted, "{url:?}");
        }
    }
    assert_eq!(EndpointClass::of(None), EndpointClass::Default);
}

#[test]
fn the_class_decides_what_the_own_origin_gets() {
    for (base, expected) in [
        ("https://api.openai.com", "answers:private"),
        ("https://api.openai.com:8443", "answers:private"),
        ("http://api.openai.com", "answers:private"),
        ("https://x.openrouter.ai", "answers:private"),
        ("https://api.moonshot.ai/v1", "answers:private"),
        ("https://api.moonshot.ai", "exact-origin"),
        ("https://notopenrouter.ai", "exact-origin"),
        ("https://api.openai.com.evil.example", "exact-origin"),
        ("https://llm.corp.internal", "exact-origin"),
        ("https://gpu.lan", "exact-origin"),
    ] {
        holds(
            &Setup::of(base, None),
            &format!("{base}/x 10.0.0.5"),
            expected,
        );
    }
}
