//! Where containers' logs go other than to CloudWatch Logs, as far as their definitions say.
//!
//! "For tasks on AWS Fargate, the supported log drivers are awslogs, splunk, and awsfirelens."
//! <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LogConfiguration.html>

use super::destination::declared;
use super::expression::{expression, open_from};
use super::known::Missing;
use super::need::{Need, NeedTarget, Purpose};
use crate::snapshot::{Location, LogConfiguration, Oddity};

/// The HTTP Event Collector that the log driver `splunk` sends to, `https://input-prd-p-….cloud.splunk.com:8088`: where its
/// container says so, and not by a secret.
pub(super) fn of_splunk(log: &LogConfiguration<'_>, place: Location) -> Option<Need> {
    let mut need = declared(splunk_url(log)?, place).ok()?;
    need.purpose = Purpose::Logs;
    // A name of Splunk's own cloud is on the internet. Any other one may as well be a private zone's.
    if let NeedTarget::PublicHost(host) = &need.target {
        let is_cloud = [".splunkcloud.com", ".splunk.com"].iter().any(|domain| host.ends_with(domain));
        if !is_cloud || host.contains(".private.") {
            need.target = NeedTarget::Host(host.clone());
        }
    }
    Some(need)
}

/// The URL of the HTTP Event Collector, with its scheme and a host.
fn splunk_url<'l>(log: &'l LogConfiguration<'_>) -> Option<&'l str> {
    let url = log.options.as_ref().and_then(|options| options.splunk_url.as_deref())?;
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    let port = rest.split('/').next().and_then(|authority| authority.rsplit_once(':')).map(|(_, port)| port);
    let has_host = port.is_none_or(|port| port.parse::<u16>().is_ok())
        && rest.starts_with(|first: char| first.is_ascii_alphanumeric() || first == '[');
    (log.log_driver.as_deref() == Some("splunk") && has_host && expression(url).is_none()).then_some(url)
}

/// What would have to be known of a log driver to tell where it sends; none where it says that, or is none that does.
pub(super) fn missing(log: &LogConfiguration<'_>, scope: u32) -> Option<Missing> {
    let driver = log.log_driver.as_deref()?;
    let url = || log.options.as_ref()?.splunk_url.as_deref();
    let open = |text: &&str| open_from(text).is_some();
    let unnamed = Some(driver).filter(open).or_else(|| {
        let is_unread = driver == "splunk" && splunk_url(log).is_none();
        is_unread.then(url).flatten().filter(open)
    });
    unnamed.map(|text| Missing::expression(text, scope))
}

/// That the way of the logs of `container` is not followed; none where it is, and where there is no log driver.
pub(super) fn unfollowed(log: &LogConfiguration<'_>, container: &str) -> Option<Oddity> {
    let driver = log.log_driver.as_deref().filter(|driver| *driver != "awslogs")?;
    if splunk_url(log).is_some() || missing(log, 0).is_some() {
        return None;
    }
    let why = match driver {
        "splunk" => "its log driver splunk names no `splunk-url` in the input".to_owned(),
        "awsfirelens" => "its log driver awsfirelens sends where its log router is told to".to_owned(),
        driver => format!("its log driver {driver} is not followed"),
    };
    Some(Oddity { what: format!("the logs of {container}"), why: format!("{why}: declare where they go as a need") })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::SourceId;

    /// Where logs go, or why that is not followed.
    fn read(log: &str) -> Result<(String, u16, bool), Option<String>> {
        let log: LogConfiguration<'_> = serde_json::from_str(log).expect("a log configuration");
        let need = of_splunk(&log, Location::Span { source: SourceId(0), start: 0, length: 0 });
        match (need, unfollowed(&log, "app")) {
            (Some(need), None) => {
                assert_eq!(need.purpose, Purpose::Logs);
                Ok((need.target.name(), need.port, matches!(need.target, NeedTarget::PublicHost(_))))
            }
            (None, told) => Err(told.map(|told| format!("{}: {}", told.what, told.why))),
            (Some(_), Some(told)) => panic!("{told:?} although it is followed"),
        }
    }

    #[test]
    fn splunk_is_followed_where_it_is_named() {
        let of_url =
            |url: &str| read(&format!(r#"{{ "logDriver": "splunk", "options": {{ "splunk-url": "{url}" }} }}"#));
        for (url, host, port, is_public) in [
            ("https://http-inputs-shop.splunkcloud.com", "http-inputs-shop.splunkcloud.com", 443, true),
            ("https://input-prd-p-1.cloud.splunk.com:8088", "input-prd-p-1.cloud.splunk.com", 8088, true),
            ("https://inputs.shop.private.splunkcloud.com:8088", "inputs.shop.private.splunkcloud.com", 8088, false),
            ("https://splunk.example.com:8088/services", "splunk.example.com", 8088, false),
        ] {
            assert_eq!(of_url(url), Ok((host.to_owned(), port, is_public)), "{url}");
        }
        for url in ["splunk.example.com", "https://:8088", "https://splunk.example.com:x"] {
            let told = of_url(url).expect_err("no URL").unwrap_or_default();
            assert!(told.starts_with("the logs of app: its log driver splunk names no `splunk-url`"), "{url}: {told}");
        }
    }

    #[test]
    fn what_the_deployment_alone_tells_is_missing() {
        let of_splunk = |url: &str| format!(r#"{{ "logDriver": "splunk", "options": {{ "splunk-url": "{url}" }} }}"#);
        for (log, told) in [
            (r#"{ "logDriver": "${driver}" }"#.to_owned(), Some("${driver}")),
            (of_splunk("${splunk_url}"), Some("${splunk_url}")),
            (of_splunk("https://<HOST>:8088"), Some("https://<HOST>:8088")),
            // Its host is asked for by itself.
            (of_splunk("https://inputs.${DOMAIN}:8088"), None),
            (of_splunk("splunk.example.com"), None),
            (r#"{ "logDriver": "awslogs", "options": { "awslogs-group": "${group}" } }"#.to_owned(), None),
            ("{}".to_owned(), None),
        ] {
            let read: LogConfiguration<'_> = serde_json::from_str(&log).expect("a log configuration");
            assert_eq!(missing(&read, 0).map(|missing| missing.call), told, "{log}");
        }
    }

    #[test]
    fn what_is_not_followed_is_named() {
        for (log, told) in [
            (r#"{ "logDriver": "awslogs" }"#, None),
            ("{}", None),
            (
                r#"{ "logDriver": "awsfirelens", "options": { "Name": "datadog" } }"#,
                Some("awsfirelens sends where its log router"),
            ),
            (r#"{ "logDriver": "fluentd" }"#, Some("its log driver fluentd is not followed")),
            (r#"{ "logDriver": "${driver}" }"#, None),
        ] {
            let found = read(log).expect_err("nothing is named");
            assert_eq!(found.is_some(), told.is_some(), "{log}: {found:?}");
            assert!(found.unwrap_or_default().contains(told.unwrap_or_default()), "{log}");
        }
    }
}
