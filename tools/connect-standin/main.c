// Wires the stand-in: state, certificates, cameras, record, plan, the API's server, the page.
#include <gnutls/gnutls.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "names.h"
#include "options.h"
#include "page.h"
#include "server.h"
#include "util/err.h"

enum {
    EXIT_WRONG_ARGUMENT = 2,
};

// All of the program; static, since it is large and lives as long as the process.
static struct {
    standin_options_t options;
    standin_state_t state;
    standin_certificates_t certificates;
    standin_cameras_t cameras;
    standin_record_t record;
    standin_plan_t plan;
    standin_stop_t stop;
    standin_server_t server;
    standin_page_t page;
    standin_listener_t api_listener;
    standin_listener_t page_listener;
} standin;

static int failed(const char *what, const char *of, int err)
{
    fprintf(stderr, "connect-standin: %s %s: %s%s\n", what, of, cc_err_text(err),
            err == CC_ERR_FORMAT ? "; move it away to start anew" : "");
    return EXIT_FAILURE;
}

static int failed_to_listen(const char *option, const standin_endpoint_t *endpoint, int err)
{
    if (err == CC_ERR_BUSY)
        fprintf(stderr,
                "connect-standin: %s: port %u and those behind it are taken; name another\n",
                option, (unsigned)endpoint->port);
    else if (err == CC_ERR_NETWORK)
        fprintf(stderr, "connect-standin: %s: %s is no address of this machine\n", option,
                endpoint->address);
    else
        return failed("cannot listen as told by", option, err);
    return EXIT_FAILURE;
}

// Every thread made from here on leaves the signals to the main thread.
static void hold_signals(sigset_t *ends)
{
    sigemptyset(ends);
    sigaddset(ends, SIGINT);
    sigaddset(ends, SIGTERM);
    pthread_sigmask(SIG_BLOCK, ends, NULL);
    signal(SIGPIPE, SIG_IGN);
}

static int listen_at(const char *option, const standin_endpoint_t *endpoint,
                     standin_listener_t *listener)
{
    int err = standin_listener_open(endpoint, listener);

    if (err < 0)
        return failed_to_listen(option, endpoint, err);
    if (endpoint->port && endpoint->port != listener->port)
        fprintf(stderr, "connect-standin: port %u is taken, so %s is at %s\n",
                (unsigned)endpoint->port, option, listener->text);
    return EXIT_SUCCESS;
}

static int open_certificates(void)
{
    static standin_certificate_name_t names[STANDIN_CERTIFICATE_NAMES];
    size_t names_len = standin_names_find(&standin.api_listener, standin.options.name, names);

    int err = standin_certificates_open(&standin.certificates, &standin.state, names, names_len);
    if (err < 0)
        return failed("cannot use the keys in", standin.state.path, err);
    if (!standin.options.ca_out)
        return EXIT_SUCCESS;
    err = standin_state_publish(standin.options.ca_out, standin.certificates.ca_pem,
                                standin.certificates.ca_pem_len);
    return err < 0 ? failed("cannot write", standin.options.ca_out, err) : EXIT_SUCCESS;
}

static int serve(const sigset_t *ends)
{
    char api_url[96];
    int ended_by;

    snprintf(api_url, sizeof api_url, "https://%s", standin.api_listener.text);
    standin.server.cameras = &standin.cameras;
    standin.server.plan = &standin.plan;
    standin.server.record = &standin.record;
    standin.server.stop = &standin.stop;
    standin.server.pace_ms = standin.options.pace_ms;
    standin.page.record = &standin.record;
    standin.page.plan = &standin.plan;
    standin.page.certificates = &standin.certificates;

    int err = standin_page_open(&standin.page, &standin.page_listener, api_url);
    if (err < 0)
        return failed("cannot serve at", standin.page_listener.text, err);
    printf("listening %s\npage http://%s/\nca ", api_url, standin.page_listener.text);
    if (standin.options.ca_out)
        printf("%s\n", standin.options.ca_out);
    else
        printf("%s/ca.pem\n", standin.state.path);
    err = standin_server_open(&standin.server, &standin.certificates, &standin.api_listener);
    if (err == CC_OK) {
        sigwait(ends, &ended_by);
        standin_stop_now(&standin.stop);
        standin_record_stop(&standin.record);
        standin_server_close(&standin.server);
    }
    standin_page_close(&standin.page);
    return err < 0 ? failed("cannot serve at", standin.api_listener.text, err) : EXIT_SUCCESS;
}

static int run(const sigset_t *ends)
{
    char why[STANDIN_WHY_SIZE];
    int status = listen_at("--listen", &standin.options.listen, &standin.api_listener);

    if (status == EXIT_SUCCESS)
        status = listen_at("--page", &standin.options.page, &standin.page_listener);
    if (status != EXIT_SUCCESS)
        return status;
    int err = standin_state_open(&standin.state, standin.options.state);
    if (err < 0)
        return failed("cannot use the state folder", standin.options.state, err);
    err = standin_stop_open(&standin.stop);
    if (err < 0)
        return failed("cannot make", "an eventfd", err);
    err = standin_cameras_open(&standin.cameras, &standin.state);
    if (err < 0)
        return failed("cannot use cameras.json in", standin.state.path, err);
    standin_record_init(&standin.record);
    standin_plan_init(&standin.plan);
    standin_plan_set(&standin.plan, standin.options.fault, why, sizeof why);
    status = open_certificates();
    if (status == EXIT_SUCCESS) {
        status = serve(ends);
        standin_certificates_close(&standin.certificates);
    }
    standin_plan_deinit(&standin.plan);
    standin_record_deinit(&standin.record);
    standin_cameras_close(&standin.cameras);
    standin_stop_close(&standin.stop);
    standin_state_close(&standin.state);
    return status;
}

int main(int argc, char **argv)
{
    char why[STANDIN_WHY_SIZE];
    sigset_t ends;

    setvbuf(stdout, NULL, _IOLBF, 0);
    if (standin_options_parse(argc, argv, &standin.options, why, sizeof why) < 0) {
        fprintf(stderr, "connect-standin: %s\n", why);
        return EXIT_WRONG_ARGUMENT;
    }
    if (standin.options.help) {
        fputs(standin_options_help, stdout);
        return EXIT_SUCCESS;
    }
    if (standin.options.version) {
        puts("connect-standin " STANDIN_VERSION);
        return EXIT_SUCCESS;
    }
    hold_signals(&ends);
    return run(&ends);
}
