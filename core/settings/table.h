// Every setting there is, once. The API, its schema, the page, the console, the file and the
// documents come from this table.
//
//   BOOL   (id, key, default, group, label)
//   INT    (id, key, min, max, step, default, unit, group, label)
//   CHOICE (id, key, names, default, group, label)             its value is the index into names
//   SIZE   (id, key, default width, default height, group, label)
//   TEXT   (id, key, min, max, default, check, group, label)   min, max: characters; max 0: not
//   bounded
//                                                              by characters, but by the check
//   SECRET (id, key, max, check, group, label)                 can be set, never read back
//   HIDDEN (id, key, max)                                      stored, never shown
//
// "Lower is better" for camera.quality is the OV2640's own scale, as the older firmwares' users
// know it.
#pragma once

#define CC_SETTINGS_TABLE(BOOL, INT, CHOICE, SIZE, TEXT, SECRET, HIDDEN)                           \
    BOOL(CONNECT_ENABLED, "connect.enabled", true, "connect", "Send pictures to Prusa Connect")    \
    SECRET(CONNECT_TOKEN, "connect.token", 20, cc_check_token, "connect", "Token")                 \
    TEXT(CONNECT_FINGERPRINT, "connect.fingerprint", 16, 64, "", cc_check_fingerprint, "connect",  \
         "Fingerprint")                                                                            \
    TEXT(CONNECT_SERVER, "connect.server", 1, 200, "https://connect.prusa3d.com",                  \
         cc_check_https_url, "connect", "Server")                                                  \
    TEXT(CONNECT_CA, "connect.ca", 0, 4096, "", cc_check_pem, "connect",                           \
         "Certificate of your own server")                                                         \
    TEXT(CONNECT_NAME, "connect.name", 0, 64, "", cc_check_line, "connect", "Camera name")         \
    HIDDEN(CONNECT_KNOWN_NAME, "connect.known_name", 256)                                          \
    INT(CONNECT_INTERVAL_S, "connect.interval_s", 10, 3600, 1, 10, "s", "connect",                 \
        "Time between pictures")                                                                   \
    SIZE(CAMERA_RESOLUTION, "camera.resolution", 800, 600, "camera", "Picture size")               \
    INT(CAMERA_QUALITY, "camera.quality", 4, 63, 1, 12, "", "camera",                              \
        "Compression, lower is better")                                                            \
    INT(CAMERA_BRIGHTNESS, "camera.brightness", -2, 2, 1, 0, "", "camera", "Brightness")           \
    INT(CAMERA_CONTRAST, "camera.contrast", -2, 2, 1, 0, "", "camera", "Contrast")                 \
    INT(CAMERA_SATURATION, "camera.saturation", -2, 2, 1, 0, "", "camera", "Colour strength")      \
    INT(CAMERA_AE_LEVEL, "camera.ae_level", -2, 2, 1, 0, "", "camera", "Exposure correction")      \
    INT(CAMERA_SHARPNESS, "camera.sharpness", -2, 2, 1, 0, "", "camera", "Sharpness")              \
    BOOL(CAMERA_HMIRROR, "camera.hmirror", false, "camera", "Mirror left and right")               \
    BOOL(CAMERA_VFLIP, "camera.vflip", false, "camera", "Flip upside down")                        \
    INT(CAMERA_ROTATION, "camera.rotation", 0, 270, 90, 0, "°", "camera", "Turn the picture")      \
    BOOL(CAMERA_LENS_CORRECTION, "camera.lens_correction", true, "camera",                         \
         "Even out dark corners")                                                                  \
    BOOL(CAMERA_EXPOSURE_AUTO, "camera.exposure_auto", true, "camera", "Automatic exposure")       \
    BOOL(CAMERA_AWB, "camera.awb", true, "camera", "Automatic white balance")                      \
    BOOL(CAMERA_AWB_GAIN, "camera.awb_gain", true, "camera", "White balance gain")                 \
    BOOL(CAMERA_AGC, "camera.agc", true, "camera", "Automatic gain")                               \
    BOOL(CAMERA_BPC, "camera.bpc", false, "camera", "Mend dark pixels")                            \
    BOOL(CAMERA_WPC, "camera.wpc", true, "camera", "Mend bright pixels")                           \
    BOOL(CAMERA_RAW_GAMMA, "camera.raw_gamma", true, "camera", "Brighten the shadows")             \
    BOOL(CAMERA_DCW, "camera.dcw", true, "camera", "Smooth scaling")                               \
    BOOL(CAMERA_AEC2, "camera.aec2", false, "camera", "Night mode")                                \
    BOOL(CAMERA_DARK_ROOM, "camera.dark_room", false, "camera", "Dark room")                       \
    CHOICE(CAMERA_WB_MODE, "camera.wb_mode", cc_names_wb_mode, 0, "camera", "Light colour")        \
    INT(CAMERA_EXPOSURE, "camera.exposure", 0, 1200, 1, 300, "", "camera", "Exposure time")        \
    INT(CAMERA_GAIN, "camera.gain", 0, 30, 1, 0, "", "camera", "Gain")                             \
    CHOICE(CAMERA_GAIN_CEILING, "camera.gain_ceiling", cc_names_gain_ceiling, 0, "camera",         \
           "Highest automatic gain")                                                               \
    CHOICE(CAMERA_EFFECT, "camera.effect", cc_names_effect, 0, "camera", "Colour effect")          \
    CHOICE(CAMERA_XCLK_MHZ, "camera.xclk_mhz", cc_names_xclk, 3, "camera", "Sensor clock, MHz")    \
    BOOL(CAMERA_TEST_PATTERN, "camera.test_pattern", false, "camera", "Colour bars")               \
    BOOL(FLASH_ENABLED, "flash.enabled", false, "light", "Flash for each picture to Connect")      \
    INT(FLASH_DURATION_MS, "flash.duration_ms", 20, 3000, 1, 200, "ms", "light",                   \
        "Time until the flash is steady")                                                          \
    INT(FLASH_LEVEL, "flash.level", 1, 100, 1, 100, "%", "light", "Flash brightness")              \
    INT(LIGHT_LEVEL, "light.level", 1, 100, 1, 100, "%", "light", "Light brightness")              \
    INT(STREAM_FPS, "stream.fps", 1, 30, 1, 10, "1/s", "stream", "Pictures a second")              \
    INT(STREAM_VIEWERS, "stream.viewers", 1, 100, 1, 32, "", "stream", "Viewers at once")          \
    TEXT(NETWORK_HOSTNAME, "network.hostname", 1, 63, "prusa-esp32cam", cc_check_hostname,         \
         "network", "Name in the network")                                                         \
    TEXT(NETWORK_WIFI_SSID, "network.wifi_ssid", 0, 128, "", cc_check_ssid, "network",             \
         "Wi-Fi network")                                                                          \
    SECRET(NETWORK_WIFI_PASSWORD, "network.wifi_password", 63, cc_check_wifi_password, "network",  \
           "Wi-Fi password")                                                                       \
    BOOL(NETWORK_DHCP, "network.dhcp", true, "network", "Get the address by itself")               \
    TEXT(NETWORK_IP, "network.ip", 0, 15, "", cc_check_ipv4, "network", "Address")                 \
    TEXT(NETWORK_NETMASK, "network.netmask", 0, 15, "", cc_check_ipv4, "network", "Netmask")       \
    TEXT(NETWORK_GATEWAY, "network.gateway", 0, 15, "", cc_check_ipv4, "network", "Gateway")       \
    TEXT(NETWORK_DNS1, "network.dns1", 0, 15, "", cc_check_ipv4, "network", "Name server")         \
    TEXT(NETWORK_DNS2, "network.dns2", 0, 15, "", cc_check_ipv4, "network", "Second name server")  \
    CHOICE(NETWORK_AP, "network.ap", cc_names_ap, 1, "network", "Wi-Fi of its own")                \
    TEXT(NETWORK_NTP_SERVER, "network.ntp_server", 1, 253, "pool.ntp.org", cc_check_host,          \
         "network", "Time server")                                                                 \
    TEXT(NETWORK_TIMEZONE, "network.timezone", 1, 64, "UTC0", cc_check_line, "network",            \
         "Time zone")                                                                              \
    BOOL(TIMELAPSE_ENABLED, "timelapse.enabled", false, "timelapse", "Keep pictures")              \
    INT(TIMELAPSE_INTERVAL_S, "timelapse.interval_s", 1, 3600, 1, 30, "s", "timelapse",            \
        "Time between kept pictures")                                                              \
    INT(TIMELAPSE_KEEP_MB, "timelapse.keep_mb", 1, 1048576, 1, 1024, "MB", "timelapse",            \
        "Room for kept pictures")                                                                  \
    SECRET(SYSTEM_PASSWORD, "system.password", 64, cc_check_password, "system", "Password")        \
    HIDDEN(SYSTEM_PASSWORD_SHA256, "system.password_sha256", 64)                                   \
    HIDDEN(SYSTEM_PASSWORD_MD5, "system.password_md5", 32)                                         \
    BOOL(SYSTEM_OPEN, "system.open", false, "system", "Let everybody in without a password")       \
    SECRET(SYSTEM_VIEW_KEY, "system.view_key", 64, cc_check_view_key, "system",                    \
           "Key to look without the password")                                                     \
    CHOICE(SYSTEM_LOG_LEVEL, "system.log_level", cc_names_log_level, 2, "system",                  \
           "What the log tells")
