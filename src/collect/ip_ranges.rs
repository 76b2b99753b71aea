//! AWS's published address ranges, of the region that is scanned.
//!
//! VPC User Guide, *AWS IP address ranges*: <https://docs.aws.amazon.com/vpc/latest/userguide/aws-ip-ranges.html>

use std::error::Error;
use std::time::Duration;

use http_body_util::{BodyExt, Empty, Limited};
use hyper_rustls::HttpsConnectorBuilder;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use serde_json::{Map, Value, json};

/// Where AWS publishes them.
pub(crate) const ADDRESS: &str = "https://ip-ranges.amazonaws.com/ip-ranges.json";

/// The document has some 3 MB.
const LONGEST: usize = 64 << 20;

/// Fetches the document and keeps what is said of a region, and of none.
///
/// # Errors
/// Why it can't be had, in a few words.
pub(crate) async fn fetch(address: &str, region: &str, patience: Duration) -> Result<Value, String> {
    let bytes = tokio::time::timeout(patience, get(address)).await.map_err(|_| "no answer in time".to_owned())??;
    let mut document: Map<String, Value> =
        serde_json::from_slice(&bytes).map_err(|_| "the answer is not AWS's document".to_owned())?;
    let mut kept = Map::new();
    for key in ["syncToken", "createDate"] {
        kept.extend(document.remove(key).map(|value| (key.to_owned(), value)));
    }
    for key in ["prefixes", "ipv6_prefixes"] {
        let Some(Value::Array(mut list)) = document.remove(key) else {
            return Err(format!("the answer is not AWS's document: it has no list `{key}`"));
        };
        list.retain(|entry| entry["region"] == region || entry["region"] == "GLOBAL");
        kept.insert(key.to_owned(), json!(list));
    }
    Ok(Value::Object(kept))
}

async fn get(address: &str) -> Result<Vec<u8>, String> {
    let failed = |error: &dyn Error| {
        // The innermost cause says most: that a name isn't known, a connection refused.
        let mut cause: &dyn Error = error;
        while let Some(inner) = cause.source() {
            cause = inner;
        }
        format!("it can't be fetched: {cause}")
    };
    let connector = HttpsConnectorBuilder::new()
        .with_native_roots()
        .map_err(|error| failed(&error))?
        .https_or_http()
        .enable_http1()
        .build();
    let client: Client<_, Empty<&[u8]>> = Client::builder(TokioExecutor::new()).build(connector);
    let address = address.parse().map_err(|error| format!("`{address}` is no address: {error}"))?;
    let answer = client.get(address).await.map_err(|error| failed(&error))?;
    if !answer.status().is_success() {
        return Err(format!("HTTP {}", answer.status().as_u16()));
    }
    let body = Limited::new(answer.into_body(), LONGEST).collect().await.map_err(|error| failed(&*error))?;
    Ok(body.to_bytes().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};
    use std::net::TcpListener;

    /// A server that answers one request with this text.
    fn server(answer: &'static str) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let address = format!("http://{}/ip-ranges.json", listener.local_addr().expect("it is bound"));
        std::thread::spawn(move || {
            if let Ok((mut stream, _)) = listener.accept() {
                let _ = stream.read(&mut [0; 4096]);
                let _ = stream.write_all(answer.as_bytes());
                if answer.is_empty() {
                    std::thread::sleep(Duration::from_secs(5));
                }
            }
        });
        address
    }

    #[tokio::test]
    async fn what_is_fetched_is_the_region_s_part() {
        let whole = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"syncToken\": \"1\", \"createDate\": \"2026-01-01-00-00-00\",
            \"prefixes\": [{\"ip_prefix\": \"52.94.0.0/22\", \"region\": \"us-east-1\", \"service\": \"AMAZON\"},
                {\"ip_prefix\": \"3.5.0.0/19\", \"region\": \"eu-west-1\", \"service\": \"S3\"},
                {\"ip_prefix\": \"15.230.0.0/16\", \"region\": \"GLOBAL\", \"service\": \"AMAZON\"}],
            \"ipv6_prefixes\": []}";
        let found = fetch(&server(whole), "us-east-1", Duration::from_secs(5)).await.expect("it is AWS's document");
        assert_eq!(found["syncToken"], "1");
        let blocks: Vec<_> =
            found["prefixes"].as_array().into_iter().flatten().map(|entry| &entry["ip_prefix"]).collect();
        assert_eq!(blocks, ["52.94.0.0/22", "15.230.0.0/16"]);
    }

    #[tokio::test]
    async fn what_is_no_such_document_is_said() {
        for (answer, reason) in [
            ("HTTP/1.1 503 Slow Down\r\nContent-Length: 0\r\n\r\n", "HTTP 503"),
            ("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n<html>a portal</html>", "the answer is not AWS's document"),
            ("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{}", "it has no list `prefixes`"),
            ("", "no answer in time"),
        ] {
            let found = fetch(&server(answer), "us-east-1", Duration::from_millis(500)).await;
            let error = found.expect_err("it is not AWS's document");
            assert!(error.contains(reason), "{answer:?}: {error}");
        }
        let nobody = fetch("http://127.0.0.1:1/", "us-east-1", Duration::from_secs(5)).await;
        assert!(nobody.expect_err("nobody listens").contains("it can't be fetched"));
    }
}
