# Varnish between the server that ends TLS and the site (7.1 or newer, with varnish-modules for xkey):
#   varnishd -F -a 127.0.0.1:6081 -f /etc/varnish/plainspoken.vcl -s malloc,256m -p http_gzip_support=off
# The site compresses by itself, brotli too; with Varnish's own support for gzip on, readers get no brotli.
# docs/guides/in-front.md says what is kept here, for how long, and what a PURGE drops.
vcl 4.1;

import header;
import xkey;

backend default {
    .host = "127.0.0.1";
    .port = "8000";
    .connect_timeout = 2s;
    # A picture of 20 megapixels takes its time.
    .first_byte_timeout = 60s;
}

# The addresses of the site's own processes.
acl site {
    "127.0.0.1";
    "::1";
}

sub vcl_recv {
    # To the site X_Forwarded-For is X-Forwarded-For. Nothing that readers send needs a name with an underscore.
    header.regsub(req, "^[^:]*_[^:]*:", "X-Unwanted:");
    unset req.http.X-Unwanted;
    set req.http.Host = req.http.Host.lower();
    if (req.method == "PURGE") {
        # Varnish adds the address it sees to X-Forwarded-For. Two of them: it came from a reader, through
        # the server in front, which may well stand on this machine.
        if (client.ip !~ site || req.http.X-Forwarded-For ~ ",") {
            return (synth(403, "Forbidden"));
        }
        if (req.http.Surrogate-Key) {
            return (synth(200, "Purged " + xkey.purge(req.http.Surrogate-Key)));
        }
        if (req.http.xkey) {
            return (synth(200, "Purged " + xkey.purge(req.http.xkey)));
        }
        return (purge);
    }
    if (req.method != "GET" && req.method != "HEAD") {
        return (pass);
    }
    if (req.url ~ "^/(admin|setup)(/|$)|^/comments/(mine|decide|confirm|mail)/|^/subscribe/(mine|confirm)/") {
        return (pass);
    }
    if (req.url ~ "^/(healthz|readyz)$" || req.http.Authorization) {
        return (pass);
    }
    # Whoever is signed in is asked for at the site; no other cookie means anything to a page.
    if (req.http.Cookie ~ "(^|;\s*)(__Host-)?session=") {
        return (pass);
    }
    unset req.http.Cookie;
    # A query that none of the site's links has may be one of any number: the site answers, from its own store.
    if (req.url ~ "\?"
        && req.url !~ "^/posts/[^/?]+/\?(order=newest|(order=newest&)?comments=([2-9]|[1-9][0-9]{1,4}))$"
        && req.url !~ "^/((topics|series|authors)/[^/?]+|posts/[^/?]+/history|corrections)/\?page=([2-9]|[1-9][0-9]{1,4})$") {
        return (pass);
    }
    # One of three, so that a page is kept in three codings and not in one for each browser.
    if (req.http.Accept-Encoding ~ "(?i)(^|,)\s*br\s*(;|,|$)"
        && req.http.Accept-Encoding !~ "(?i)(^|,)\s*br\s*;\s*q\s*=\s*0(\.0*)?\s*(,|$)") {
        set req.http.Accept-Encoding = "br";
    } else if (req.http.Accept-Encoding ~ "(?i)(^|,)\s*gzip\s*(;|,|$)"
        && req.http.Accept-Encoding !~ "(?i)(^|,)\s*gzip\s*;\s*q\s*=\s*0(\.0*)?\s*(,|$)") {
        set req.http.Accept-Encoding = "gzip";
    } else {
        unset req.http.Accept-Encoding;
    }
    return (hash);
}

sub vcl_hash {
    # What was asked for in plain HTTP is led on to HTTPS, and must not be led there again.
    hash_data(req.http.X-Forwarded-Proto);
}

sub vcl_backend_response {
    if (beresp.http.Surrogate-Key) {
        set beresp.http.xkey = beresp.http.Surrogate-Key;
    }
    # Kept is what says that others may keep it, for as long as it says (s-maxage first), and nothing else.
    if (beresp.http.Set-Cookie || beresp.status >= 500
        || beresp.http.Cache-Control ~ "(?i)private|no-store|no-cache"
        || beresp.http.Cache-Control !~ "(?i)s-maxage=[1-9]|immutable") {
        set beresp.uncacheable = true;
        set beresp.ttl = 30s;
        return (deliver);
    }
    # Nobody sees a comment after it was taken down, not even the one reader for whom it is fetched anew.
    set beresp.grace = 0s;
    # What has no key cannot be purged, such as a logo or a portrait that was replaced.
    if (!beresp.http.xkey && beresp.ttl > 60s) {
        set beresp.ttl = 60s;
    }
    # Long enough to be asked about by its ETag.
    set beresp.keep = 60s;
    return (deliver);
}

sub vcl_backend_error {
    # While the site starts again.
    set beresp.http.Content-Type = "text/plain; charset=utf-8";
    set beresp.http.Retry-After = "5";
    set beresp.http.Cache-Control = "no-store";
    synthetic("This site is back in a moment. Please try again.");
    return (deliver);
}

sub vcl_deliver {
    unset resp.http.xkey;
    unset resp.http.Surrogate-Key;
    unset resp.http.X-Varnish;
    unset resp.http.Via;
    # RFC 9211
    if (obj.hits > 0) {
        set resp.http.Cache-Status = "varnish; hit";
    } else {
        set resp.http.Cache-Status = "varnish; fwd=miss";
    }
}
