//! Alerts as JSON to a web address.
//!
//! `https` is spoken with other machines, plain `http` with this one alone. No redirect is followed and nothing asked
//! twice.

use std::error::Error;
use std::time::Duration;

use reqwest::header::{self, HeaderValue};
use reqwest::{Client, Method, Request, redirect, retry};
use url::{Host, Url};

use super::NotifyError;

/// Posts JSON once; a status of success is a delivery.
///
/// # Errors
/// See [`NotifyError`].
pub fn post(address: &str, json: String, deadline: Duration) -> Result<(), NotifyError> {
    let url = checked(address)?;
    let host = url.host_str().unwrap_or_default().to_owned();
    let cannot = |reason: String| NotifyError::NotReached { host: host.clone(), reason };
    let client = client(&url, deadline).map_err(|error| cannot(reason(error)))?;
    let mut request = Request::new(Method::POST, url);
    let headers = request.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    *request.body_mut() = Some(json.into());
    // Of this request alone: when it ends, nothing of it is left open.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| cannot(error.to_string()))?;
    let status = runtime.block_on(async { client.execute(request).await.map(|response| response.status()) });
    // A look-up of a name cannot be stopped: it is left to end by itself.
    runtime.shutdown_background();
    let status = status.map_err(|error| {
        cannot(if error.is_timeout() { format!("no answer in {} s", deadline.as_secs_f64()) } else { reason(error) })
    })?;
    if status.is_success() { Ok(()) } else { Err(NotifyError::Refused { host, status: status.as_u16() }) }
}

/// The address, where it is one that can be spoken with.
///
/// # Errors
/// No URL, or `http` to another machine. What is wrong is told without the address.
pub fn checked(address: &str) -> Result<Url, NotifyError> {
    let refuse = |reason: &str| NotifyError::Address { reason: reason.to_owned() };
    let url = Url::parse(address.trim()).map_err(|error| refuse(&format!("no URL ({error})")))?;
    match (url.scheme(), url.host()) {
        (_, None) => Err(refuse("no URL with a host")),
        ("https", Some(_)) => Ok(url),
        ("http", Some(host)) if is_loopback(&host) => Ok(url),
        _ => Err(refuse("only https is spoken with other machines (http is for 127.0.0.1, ::1 and localhost)")),
    }
}

fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => name.eq_ignore_ascii_case("localhost"),
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

fn client(url: &Url, deadline: Duration) -> reqwest::Result<Client> {
    // Another part of the program may have chosen already, which is as well.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut builder = Client::builder()
        .user_agent(concat!("alliedsky/", env!("CARGO_PKG_VERSION")))
        .http1_only()
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        .referer(false)
        .pool_max_idle_per_host(0)
        .timeout(deadline);
    if url.host().as_ref().is_some_and(is_loopback) {
        builder = builder.no_proxy();
    }
    if url.scheme() == "http" {
        // Without certificates: there may be none on this machine, and none are asked for.
        let config = rustls::ClientConfig::builder()
            .with_root_certificates(rustls::RootCertStore::empty())
            .with_no_client_auth();
        builder = builder.tls_backend_preconfigured(config);
    }
    builder.build()
}

/// The innermost cause, never the address.
fn reason(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut cause: &dyn Error = &error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}
