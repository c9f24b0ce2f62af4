// Which nodes are cameras, and whose; what rpicam-vid's list says.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <linux/videodev2.h>

#include "camera/devices.h"

#define WEBCAM (V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING)

static void a_node_that_gives_pictures_of_our_kinds_is_a_camera(void **state)
{
    (void)state;
    assert_int_equal(cc_device_kind("uvcvideo", WEBCAM, 5), CC_DEVICE_CAMERA);
    assert_int_equal(cc_device_kind("uvcvideo", WEBCAM, 0), CC_DEVICE_FOREIGN); // infrared ones
    assert_int_equal(cc_device_kind("unicam", WEBCAM, 2), CC_DEVICE_CAMERA); // HDMI on a flat cable
}

static void codecs_metadata_and_image_processors_are_none(void **state)
{
    (void)state;
    static const struct {
        const char *driver;
        uint32_t caps;
    } nodes[] = {
        {"uvcvideo", V4L2_CAP_META_CAPTURE | V4L2_CAP_STREAMING},
        {"bcm2835-codec", V4L2_CAP_VIDEO_M2M_MPLANE | V4L2_CAP_STREAMING},
        {"bcm2835-isp", V4L2_CAP_VIDEO_OUTPUT | V4L2_CAP_STREAMING},
        {"bcm2835-isp", V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING},
        {"pispbe", V4L2_CAP_VIDEO_CAPTURE_MPLANE | V4L2_CAP_STREAMING},
        {"vicodec", V4L2_CAP_VIDEO_M2M | V4L2_CAP_STREAMING},
        {"zc3xx", V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_READWRITE}, // no buffers to map
    };
    for (size_t i = 0; i < sizeof nodes / sizeof *nodes; i++)
        assert_int_equal(cc_device_kind(nodes[i].driver, nodes[i].caps, 3), CC_DEVICE_NO_CAMERA);
}

static void raw_sensors_are_for_other_programs(void **state)
{
    (void)state;
    assert_int_equal(cc_device_kind("unicam", WEBCAM, 0), CC_DEVICE_FOR_RPICAM);
    // What such a node offers says nothing about the sensor behind it.
    assert_int_equal(cc_device_kind("unicam", WEBCAM | V4L2_CAP_IO_MC, 4), CC_DEVICE_FOR_RPICAM);
    assert_int_equal(cc_device_kind("rp1-cfe", WEBCAM | V4L2_CAP_IO_MC, 4), CC_DEVICE_FOR_RPICAM);
    assert_int_equal(cc_device_kind("isys", WEBCAM | V4L2_CAP_IO_MC, 4), CC_DEVICE_FOREIGN);
}

static void cameras_of_the_flat_cable_are_read_from_a_list(void **state)
{
    (void)state;
    cc_rpicam_t camera = {.number = 77};
    assert_true(cc_rpicam_read(
        "1 : imx708_wide [4608x2592 10-bit RGGB] (/base/axi/pcie@120000/rp1/i2c@88000/imx708@1a)",
        &camera));
    assert_int_equal(camera.number, 1);
    assert_string_equal(camera.model, "imx708_wide");
    assert_int_equal(camera.size.width, 4608);
    assert_int_equal(camera.size.height, 2592);
}

static void other_lines_of_the_list_are_no_cameras(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "",
        "No cameras available!",
        "Available cameras",
        "-----------------",
        "    Modes: 'SRGGB10_CSI2P' : 1536x864 [120.13 fps - (768, 432)/3072x1728 crop]",
        "                             2304x1296 [56.03 fps - (0, 0)/4608x2592 crop]",
        "[0:05:12.345678901] [1234]  INFO Camera camera_manager.cpp:297 libcamera v0.3.0",
        "2 : HD Webcam [1280x720] (/base/scb/pcie@7d500000/pci@0,0/usb@0,0-1:1.0-046d:0825)",
        "2 : webcam [1280x720] (/base/scb/pcie@7d500000/pci@0,0/usb@0,0-1:1.0-046d:0825)",
        "0 : imx219 [99999x2464 10-bit RGGB] (/base/soc/i2c0mux/i2c@1/imx219@10)",
    };
    cc_rpicam_t camera = {.number = 77};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        assert_false(cc_rpicam_read(lines[i], &camera));
    assert_int_equal(camera.number, 77);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_node_that_gives_pictures_of_our_kinds_is_a_camera),
        cmocka_unit_test(codecs_metadata_and_image_processors_are_none),
        cmocka_unit_test(raw_sensors_are_for_other_programs),
        cmocka_unit_test(cameras_of_the_flat_cable_are_read_from_a_list),
        cmocka_unit_test(other_lines_of_the_list_are_no_cameras),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
