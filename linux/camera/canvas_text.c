#include "camera/canvas.h"

#include <stdbool.h>

// Letters are strokes on a grid of 7 by 12 points, x then y as a hexadecimal digit each: capitals
// stand on line 9 and reach line 0, small letters line 3. A space lifts the pen; a stroke of one
// point is a dot.
#define GRID_WIDTH   6.0f
#define GRID_ADVANCE 8.5f
#define GRID_CAPITAL 9.0f
#define PEN          1.15f // thickness in units of the grid

static const char *const letters[128] = {
    ['-'] = "1555",
    ['0'] = "204062674929070220",
    ['1'] = "123039 1959",
    ['2'] = "02204062630969",
    ['3'] = "02204062635424 546567492907",
    ['4'] = "49400666",
    ['5'] = "600004446667492907",
    ['6'] = "5030030729496766442406",
    ['7'] = "006029",
    ['8'] = "204062635414030220 1405072949676554",
    ['9'] = "1939666240200203254563",
    [':'] = "34 38",
    ['C'] = "6240200207294967",
    ['T'] = "0060 3039",
    ['U'] = "000729496760",
    ['a'] = "6369 6543230507294967",
    ['c'] = "6453230507295968",
    ['e'] = "06666543230507295968",
    ['f'] = "50402229 0353",
    ['m'] = "0309 0413233439 3443536469",
    ['n'] = "0309 0523436569",
    ['o'] = "234365674929070523",
    ['r'] = "1319 15335364",
    ['s'] = "645313040516566768591908",
    ['t'] = "20274959 0353",
    ['x'] = "0369 6309",
};

static float digit(char hexadecimal)
{
    return (float)(hexadecimal <= '9' ? hexadecimal - '0' : hexadecimal - 'a' + 10);
}

static void draw_letter(cc_canvas_t *canvas, cc_point_t corner, float unit, const char *strokes,
                        cc_colour_t colour)
{
    cc_point_t last = {0, 0};
    bool pen_is_down = false;
    while (*strokes) {
        if (*strokes == ' ') {
            pen_is_down = false;
            strokes++;
            continue;
        }
        cc_point_t next = {corner.x + digit(strokes[0]) * unit,
                           corner.y + digit(strokes[1]) * unit};
        strokes += 2;
        bool is_dot = !pen_is_down && (*strokes == ' ' || *strokes == '\0');
        if (pen_is_down || is_dot)
            cc_canvas_line(canvas, is_dot ? next : last, next, PEN * unit, colour);
        last = next;
        pen_is_down = true;
    }
}

void cc_canvas_text(cc_canvas_t *canvas, cc_point_t corner, float size, const char *text,
                    cc_colour_t colour)
{
    float unit = size / GRID_CAPITAL;
    for (; *text; text++) {
        const char *strokes = (unsigned char)*text < 128 ? letters[(unsigned char)*text] : NULL;
        if (strokes)
            draw_letter(canvas, corner, unit, strokes, colour);
        corner.x += GRID_ADVANCE * unit;
    }
}

float cc_canvas_text_width(float size, const char *text)
{
    float unit = size / GRID_CAPITAL;
    float width = 0;
    for (; *text; text++)
        width += GRID_ADVANCE * unit;
    return width > 0 ? width - (GRID_ADVANCE - GRID_WIDTH) * unit : 0;
}
