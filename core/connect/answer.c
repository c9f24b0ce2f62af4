#include "connect/answer.h"

#include <stdio.h>
#include <string.h>

#include "util/err.h"
#include "util/json.h"
#include "util/strbuf.h"
#include "util/text.h"

const char *cc_result_name(cc_result_t result)
{
    static const char *const names[] = {
#define CC_RESULT_NAME(name, text) [name] = text,
        CC_RESULT_TABLE(CC_RESULT_NAME)
#undef CC_RESULT_NAME
    };
    return names[result];
}

cc_result_t cc_answer_result(const cc_http_answer_t *answer)
{
    switch (answer->failed_at) {
    case CC_STEP_DNS:
        return CC_RESULT_DNS;
    case CC_STEP_CONNECT:
        return CC_RESULT_CONNECT;
    case CC_STEP_TLS:
        return CC_RESULT_TLS;
    case CC_STEP_SEND:
        return CC_RESULT_SEND;
    case CC_STEP_ANSWER:
        return CC_RESULT_ANSWER;
    case CC_STEP_NONE:
        break;
    }
    int status = answer->status;
    if (status >= 200 && status < 300)
        return CC_RESULT_SENT;
    if (status >= 500)
        return CC_RESULT_OUTAGE;
    switch (status) {
    case 401:
    case 403:
        return CC_RESULT_DENIED;
    case 404:
        return CC_RESULT_NOT_FOUND;
    case 409:
        return CC_RESULT_CONFLICT;
    case 413:
        return CC_RESULT_TOO_LARGE;
    case 429:
        return CC_RESULT_TOO_OFTEN;
    case 301:
    case 302:
    case 307:
    case 308:
        return CC_RESULT_REDIRECT;
    default:
        return CC_RESULT_REFUSED;
    }
}

const char *cc_answer_timeout_reason(cc_step_t step)
{
    switch (step) {
    case CC_STEP_CONNECT:
        return "the server did not accept the connection in time";
    case CC_STEP_TLS:
        return "the server did not finish the TLS handshake in time";
    case CC_STEP_SEND:
        return "the server did not take the request in time";
    case CC_STEP_ANSWER:
        return "the server did not answer in time";
    case CC_STEP_NONE:
    case CC_STEP_DNS:
        break;
    }
    return "the server's name was not found in time: does DNS work?";
}

// The "message" of an error body, on one line; "" when it has none.
static void server_message(const cc_http_answer_t *answer, char *out, size_t cap)
{
    cJSON *json;
    const char *reason;
    out[0] = '\0';
    if (cc_json_parse(answer->body, answer->body_len, &json, &reason) < 0)
        return;
    const cJSON *message = cJSON_GetObjectItemCaseSensitive(json, "message");
    if (cJSON_IsString(message)) {
        cc_text_copy(out, cap, message->valuestring);
        for (char *c = out; *c; c++)
            if ((uint8_t)*c < 0x20 || *c == 0x7F)
                *c = ' ';
    }
    cJSON_Delete(json);
}

void cc_answer_sentence(cc_result_t result, const cc_http_answer_t *answer, const char *host,
                        char *out, size_t cap)
{
    char message[120];
    cc_strbuf_t text;
    cc_strbuf_init(&text, out, cap);
    const char *late = answer->timed_out ? " in time" : "";
    const char *colon = *answer->reason ? ": " : "";

    switch (result) {
    case CC_RESULT_SENT:
        cc_strbuf_add(&text, "The picture arrived at Connect.");
        break;
    case CC_RESULT_REFUSED:
    case CC_RESULT_CONFLICT:
        server_message(answer, message, sizeof message);
        cc_strbuf_format(&text, "Connect refused the picture (%d)%s%s. ", answer->status,
                         *message ? ": " : "", message);
        cc_strbuf_add(&text,
                      "If that goes on, make a new camera in Connect and paste its token here.");
        break;
    case CC_RESULT_DENIED:
        if (strstr(answer->body, "FINGERPRINT"))
            cc_strbuf_add(&text,
                          "This token belongs to another camera. Make a new camera in Connect and "
                          "paste its token here, or enter the fingerprint it was first used with.");
        else
            cc_strbuf_add(&text,
                          "The token is not accepted. Make a new camera in Connect and paste its "
                          "token here.");
        break;
    case CC_RESULT_NOT_FOUND:
        cc_strbuf_add(&text,
                      "Connect does not know where to put the picture. Is the printer on? If it "
                      "is, make a new camera in Connect and paste its token here.");
        break;
    case CC_RESULT_TOO_LARGE:
        cc_strbuf_add(&text,
                      "The picture is too large for Connect. Choose a smaller picture size or "
                      "stronger compression.");
        break;
    case CC_RESULT_TOO_OFTEN:
        cc_strbuf_add(&text,
                      "Connect wants fewer pictures. They go on more slowly; is another camera "
                      "using the same token?");
        break;
    case CC_RESULT_OUTAGE:
        cc_strbuf_format(&text,
                         "Connect has a problem of its own (%d). It is tried again by itself.",
                         answer->status);
        break;
    case CC_RESULT_REDIRECT:
        cc_strbuf_add(&text, "Connect sent the camera on to a place that is not Connect's, or in a "
                             "circle. The picture and "
                             "the token were not sent there. Check the server's address.");
        break;
    case CC_RESULT_DNS:
        cc_strbuf_format(&text, "The name %s was not found%s. Is the internet there?", host, late);
        break;
    case CC_RESULT_CONNECT:
        cc_strbuf_format(&text, "%s did not take the connection%s%s%s. Is the internet there?",
                         host, late, colon, answer->reason);
        break;
    case CC_RESULT_TLS:
        cc_strbuf_format(&text, "No safe connection to %s%s%s%s. Nothing was sent.", host, late,
                         colon, answer->reason);
        break;
    case CC_RESULT_SEND:
        cc_strbuf_format(&text,
                         "The picture did not get through to %s%s%s%s. It is tried again by "
                         "itself.",
                         host, late, colon, answer->reason);
        break;
    case CC_RESULT_ANSWER:
        cc_strbuf_format(&text,
                         "%s took the picture but did not answer%s%s%s. It is tried again by "
                         "itself.",
                         host, late, colon, answer->reason);
        break;
    case CC_RESULT_NO_PICTURE:
        cc_strbuf_add(&text, "There was no picture to send: the camera gives none.");
        break;
    }
}
