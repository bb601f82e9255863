// The words and columns of a frame, by the codes that src/musculus/events and src/musculus/wire/fields.py give them.

export const enum Kind {
  Move, Down, Up, Cancel, Click, DblClick, ContextMenu, Wheel, Scroll, KeyDown, KeyUp,
  Enter, Leave, Stimulus, Task, Show, Hide, Focus, Blur, Resize,
}

/** The family of browser events a row came from. */
export const enum Family { Pointer, Mouse, Key, Page }

/** The run columns by their bits in a frame's mask, then the three delta columns. */
export const enum Column {
  Kind, Flags, Nulls, PointerId, Pointer, Button, Buttons, MovementX, MovementY, ScreenX, ScreenY,
  ScrollX, ScrollY, Dx, Dy, Slot, KeyClass, Repeat, Target, Left, Top, Width, Height, Pressure, Detail,
  T, X, Y,
  Count,
}

/** Bits of the column Flags; the same bit of Nulls says "not known". Source takes two bits of Flags. */
export const enum Flag { Fractional = 1, Trusted = 2, Coalesced = 4, Primary = 8, Fixed = 16, Source = 32 }

/** Rows after which a batch is sent. */
export const ROWS = 1000;

/** Rows there is room for: a batch is packed between two handlers, and meanwhile others may come. */
export const ROOM = 2 * ROWS;
